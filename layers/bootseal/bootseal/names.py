"""Names of secrets, projects and environments, and the environment variables they become. No I/O."""

import re
from dataclasses import dataclass

from bootseal.errors import InvalidName, ReservedName

NAME_MAX = 128
"""Longest name, in characters."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# The characters of every issuer's `sub` we know of. "#" separates parts of our keys and is left out.
_USER = re.compile(r"[\x21\x22\x24-\x7e]{1,255}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+=-]{0,127}")
_TO_ENV = str.maketrans(".-", "__")

NAME_RULE = "1 to 128 characters: A-Z a-z 0-9 _ . - and not starting with a digit, dot or dash"
SLUG_RULE = "1 to 63 characters: a-z 0-9 and dashes inside"
LABEL_RULE = "1 to 128 characters: A-Z a-z 0-9 . _ : / @ + = - and not starting with a sign"


@dataclass(frozen=True, slots=True)
class ReservedGroup:
    """Environment variables refused together, and why. A pattern is exact, or has one `*` at an end."""

    reason: str
    patterns: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RESERVED: tuple[ReservedGroup, ...] = (
    ReservedGroup(
        "the dynamic loader runs code or libraries they name",
        ("LD_*", "DYLD_*", "GCONV_PATH", "LOCPATH", "GLIBC_TUNABLES"),
    ),
    ReservedGroup("they change how memory is allocated, for every program", ("MALLOC_*",)),
    ReservedGroup(
        "login and lookup depend on them", _words("PATH HOME SHELL USER LOGNAME USERNAME TMPDIR PWD OLDPWD TERM")
    ),
    ReservedGroup(
        "shells run, split or search by them",
        _words(
            "IFS ENV BASHOPTS SHELLOPTS BASH BASH_* ZSH_* PS0 PS1 PS2 PS3 PS4 PROMPT PROMPT2 PROMPT3 PROMPT4 RPROMPT "
            "RPROMPT2 SPROMPT PROMPT_COMMAND CDPATH GLOBIGNORE EXECIGNORE ZDOTDIR FPATH MODULE_PATH NULLCMD "
            "READNULLCMD MAIL MAILPATH MAILCHECK INPUTRC HISTFILE HISTSIZE SAVEHIST HISTCHARS TMOUT TMPPREFIX"
        ),
    ),
    # A secret of such a name would be lost, or would stop the file that sets it: `test_names.py` asks real shells.
    ReservedGroup(
        "shells keep them for themselves",
        _words(
            "_ ARGC BASHPID COLUMNS DIRSTACK EGID EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME FUNCNEST GID GROUPS HISTCMD "
            "KEYBOARD_HACK KEYTIMEOUT LINENO LINES LISTMAX OPTARG OPTERR OPTIND PIPESTATUS PPID RANDOM REPLY SECONDS "
            "SHLVL SRANDOM TRY_BLOCK_* TTYIDLE UID WATCH"
        ),
    ),
    ReservedGroup(
        "interpreters load code or options from them",
        _words(
            "PYTHON* NODE_OPTIONS NODE_PATH PERL5* PERLLIB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS "
            "_JAVA_OPTIONS CLASSPATH LUA_INIT* LUA_PATH* LUA_CPATH* PHPRC PHP_INI_SCAN_DIR "
            "DOTNET_STARTUP_HOOKS CORECLR_PROFILER* COR_PROFILER* VIMINIT EXINIT"
        ),
    ),
    ReservedGroup(
        "git runs commands they name",
        _words(
            "GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH GIT_ASKPASS GIT_CONFIG_* GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER "
            "GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_TEMPLATE_DIR"
        ),
    ),
    ReservedGroup(
        "programs run commands they name",
        _words(
            "EDITOR VISUAL PAGER MANPAGER BROWSER LESSOPEN LESSCLOSE SSH_ASKPASS SUDO_ASKPASS RUSTC_WRAPPER "
            "RUSTC_WORKSPACE_WRAPPER"
        ),
    ),
    ReservedGroup("they redirect name look-ups", ("HOSTALIASES", "RES_OPTIONS")),
    ReservedGroup(
        "they redirect traffic or change which certificates are trusted",
        _words(
            "*_PROXY SSL_CERT_* REQUESTS_CA_BUNDLE CURL_CA_BUNDLE AWS_CA_BUNDLE GIT_SSL_* NODE_EXTRA_CA_CERTS "
            "NODE_TLS_REJECT_UNAUTHORIZED OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES AWS_ENDPOINT_URL*"
        ),
    ),
    ReservedGroup("Bootseal itself reads them", ("BOOTSEAL_*",)),
)
"""Every environment variable a secret may not become, grouped by reason. The only such list in the product."""


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*")


_RESERVED = re.compile("|".join(_regex(p) for group in RESERVED for p in group.patterns))


def check_name(name: str, field: str = "name") -> str:
    """Return `name` if it follows the naming rule; raise `InvalidName` (which never quotes it) if not."""
    if not _NAME.fullmatch(name):
        raise InvalidName.of_field(field, f"use {NAME_RULE}")
    return name


def env_name(name: str) -> str:
    """The environment variable a secret becomes: `openai-api-key` -> `OPENAI_API_KEY`. Raises `InvalidName`."""
    return check_name(name).upper().translate(_TO_ENV)


def is_reserved(variable: str) -> bool:
    """Whether `variable` (already an env name) may not be set from a secret."""
    return _RESERVED.fullmatch(variable) is not None


def reserved_reason(variable: str) -> str | None:
    """Why `variable` is reserved, or None where it is not."""
    for group in RESERVED:
        if any(re.fullmatch(_regex(pattern), variable) for pattern in group.patterns):
            return group.reason
    return None


def check_not_reserved(name: str) -> str:
    """Return the env name of `name`; raise `InvalidName` or `ReservedName`."""
    variable = env_name(name)
    if is_reserved(variable):
        why = reserved_reason(variable)
        raise ReservedName.of_field("name", f"becomes {variable}, which is reserved ({why}); choose another name")
    return variable


def is_slug(text: str) -> bool:
    """Whether `text` can name a project or environment."""
    return _SLUG.fullmatch(text) is not None


def check_slug(slug: str, field: str) -> str:
    """Return `slug` if it can name a project or environment; raise `InvalidName` if not."""
    if not is_slug(slug):
        raise InvalidName.of_field(field, f"use {SLUG_RULE}")
    return slug


def check_user(user: str, field: str = "user") -> str:
    """Return `user` if it can be the `sub` of a token; raise `InvalidName` if not."""
    if not _USER.fullmatch(user):
        raise InvalidName.of_field(
            field, "must be the user's `sub`: 1 to 255 printable ASCII characters, no space or #"
        )
    return user


def check_label(label: str, field: str) -> str:
    """Return `label` if it can name a session or VM; raise `InvalidName` if not."""
    if not _LABEL.fullmatch(label):
        raise InvalidName.of_field(field, f"use {LABEL_RULE}")
    return label
