"""Names and the environment variables they become."""

import shutil
import subprocess

import pytest

from bootseal.errors import InvalidName, ReservedName
from bootseal.names import (
    NAME_MAX,
    RESERVED,
    check_name,
    check_not_reserved,
    check_slug,
    env_name,
    is_reserved,
    reserved_reason,
)

# The list of the outside contract, each pattern with an example.
CONTRACT = {
    "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_", "DYLD_INSERT_LIBRARIES", "PATH", "HOME", "SHELL", "USER", "LOGNAME", "IFS",
    "ENV", "BASH_ENV", "BASHOPTS", "SHELLOPTS", "BASH_FUNC_X", "PS4", "PROMPT_COMMAND", "CDPATH", "GLOBIGNORE",
    "ZDOTDIR", "FPATH", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONBREAKPOINT",
    "NODE_OPTIONS", "NODE_PATH", "PERL5LIB", "PERL5OPT", "PERL5DB", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS", "CLASSPATH", "GIT_SSH_COMMAND", "GIT_EXEC_PATH", "GIT_ASKPASS", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL", "GCONV_PATH", "LOCPATH", "MALLOC_CHECK_", "TMPDIR", "HOSTALIASES", "RES_OPTIONS",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS", "BOOTSEAL_TOKEN",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai-api-key", "OPENAI_API_KEY"),
        ("OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("a.b-c_d", "A_B_C_D"),
        ("_x", "_X"),
        ("a", "A"),
        ("a9", "A9"),
        ("a" * NAME_MAX, "A" * NAME_MAX),
    ],
)
def test_a_name_becomes_its_variable(name: str, variable: str) -> None:
    assert env_name(name) == variable


@pytest.mark.parametrize(
    "name",
    [
        "",
        "9a",
        ".a",
        "-a",
        "a" * (NAME_MAX + 1),
        "a b",
        " a",
        "a ",
        "a\n",
        "a\nb",
        "a\r",
        "a\x00",
        "a=b",
        "a/b",
        "a#b",
        "a%2Fb",
        "a$b",
        "$(id)",
        "a`b",
        "a'b",
        'a"b',
        "a;b",
        "é",
        "\u017fecret",  # upper-cases to an ASCII S
        "\u0131d",  # upper-cases to an ASCII I
        "\u212aey",  # the Kelvin sign
        "\uff21PI",  # a full-width A
        "\u0430pi",  # a Cyrillic a
        "a\u200b",
        "a\ufe0f",
        "a٣",
        "\ud800",
        "../a",
        "a" * 1_000_000,
    ],
)
def test_any_other_name_is_refused_and_not_quoted(name: str) -> None:
    with pytest.raises(InvalidName) as refused:
        check_name(name)
    assert len(name) < 4 or name not in str(refused.value)
    assert refused.value.fields[0].field == "name"


@pytest.mark.parametrize("variable", sorted(CONTRACT))
def test_every_variable_of_the_contract_is_reserved_with_a_reason(variable: str) -> None:
    assert is_reserved(variable)
    assert reserved_reason(variable)


@pytest.mark.parametrize(
    "name", ["path", "Path", "ld-preload", "ld.preload", "http-proxy", "all.proxy", "bootseal-token", "git-config-key"]
)
def test_reserved_is_judged_by_the_variable_however_the_name_is_written(name: str) -> None:
    with pytest.raises(ReservedName) as refused:
        check_not_reserved(name)
    assert refused.value.code == "reserved_name"


@pytest.mark.parametrize(
    "variable",
    ["OPENAI_API_KEY", "PATHS", "MY_PATH", "HOMEPAGE_TOKEN", "USERNAME_DB", "PROXY", "PROXY_TOKEN", "GIT_TOKEN", "__"],
)
def test_what_only_resembles_a_reserved_variable_is_free(variable: str) -> None:
    assert not is_reserved(variable)
    assert reserved_reason(variable) is None


def test_every_pattern_is_written_as_a_variable_with_one_star_at_an_end_at_most() -> None:
    for group in RESERVED:
        assert group.reason
        for pattern in group.patterns:
            bare = pattern.removesuffix("*") if pattern.endswith("*") else pattern.removeprefix("*")
            assert bare.replace("_", "A").isalnum()
            assert bare == bare.upper()


@pytest.mark.parametrize("slug", ["a", "9", "web-app", "a" * 63, "a--b"])
def test_a_slug_is_kept(slug: str) -> None:
    assert check_slug(slug, "project") == slug


@pytest.mark.parametrize(
    "slug",
    ["", "-a", "a-", "A", "a_b", "a.b", "a" * 64, "a\n", "a b", "a/b", "a#b", "*", "é", "\u0430", "a:b", "\ud800"],
)
def test_another_slug_is_refused(slug: str) -> None:
    with pytest.raises(InvalidName):
        check_slug(slug, "project")


SHELLS = {
    "sh": ["sh", "-c"],
    "dash": ["dash", "-c"],
    "bash": ["bash", "--norc", "-c"],
    "zsh": ["zsh", "-f", "-c"],
}
_LIST = {
    "bash": "compgen -v",
    "zsh": "zmodload zsh/parameter zsh/zle 2>/dev/null; print -l ${(k)parameters}",
}
_DASH = "OPTIND PS1 PS2 PS4 IFS PATH MAIL MAILPATH PPID LINENO PWD OLDPWD _ HOME ENV TERM HISTSIZE ATTY FUNCNAME"


def _own_variables(shell: str) -> list[str]:
    """The variables a shell knows by itself, as far as a secret could be called that."""
    if shell in _LIST:
        env = {"PATH": "/usr/bin:/bin"}
        listed = subprocess.run(
            [*SHELLS[shell], _LIST[shell]], capture_output=True, text=True, env=env, check=True
        ).stdout
    else:
        listed = _DASH
    more = "BASH_COMMAND BASH_SUBSHELL COMP_LINE COMP_WORDBREAKS COPROC DIRSTACK EPOCHREALTIME FUNCNAME GROUPS HISTCMD"
    more += " LINENO OPTARG OPTERR OPTIND PIPESTATUS PPID RANDOM REPLY SECONDS SHLVL SRANDOM UID EUID GID EGID"
    names = {*listed.split(), *more.split()}
    return sorted(
        name for name in names if name.replace("_", "A").isalnum() and name == name.upper() and name.isascii()
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_a_variable_that_a_shell_keeps_for_itself_is_reserved(shell: str) -> None:
    """What cannot be exported and read back in a child would be lost, or stop the file that sets it."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    value, lost = "canary value", []
    for name in _own_variables(shell):
        if is_reserved(name):
            continue
        script = f"export {name}='{value}'\nexec /usr/bin/printenv {name}"
        done = subprocess.run([*SHELLS[shell], script], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
        if done.stdout != value + "\n":
            lost.append(name)
    assert lost == []
