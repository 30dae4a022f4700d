"""Where a boot finds its token, and how the token is gone from disk afterwards."""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bootseal.model import SecretValue
from bootseal_cli.failures import EXIT_USAGE, CliError, print_note

ENV_TOKEN: Final = "BOOTSEAL_BOOT_TOKEN"
CREDENTIAL: Final = "bootseal-token"
"""Name of the systemd credential (`LoadCredential=bootseal-token:…`)."""

TOKEN_MAX_BYTES: Final = 1_024
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True)
class FoundToken:
    """The token, hidden, and what to do once the service has seen it: after that nobody needs it again."""

    token: SecretValue
    discard: Callable[[], None]


def find_token(token_file: Path | None, from_stdin: bool) -> FoundToken:
    """Return the token from the first source there is: the file, standard input, the systemd credential, the variable.

    Raises CliError (exit 2) where there is none, or where what is there cannot be a token. The variable is taken out
    of this process's environment, so that no child gets it.
    """
    in_environment = os.environ.pop(ENV_TOKEN, None)
    if token_file is not None:
        return _from_file(token_file)
    if from_stdin:
        return FoundToken(_checked(_first_line_of_stdin(), "standard input"), _nothing)
    if credential := _credential():
        return FoundToken(_checked(credential.read_bytes(), f"the systemd credential {CREDENTIAL}"), _nothing)
    if in_environment:
        return FoundToken(_checked(os.fsencode(in_environment), ENV_TOKEN), _nothing)
    raise CliError(
        f"no boot token; give it with --token-file, --token-stdin, the systemd credential {CREDENTIAL} or {ENV_TOKEN}",
        EXIT_USAGE,
    )


def _first_line_of_stdin() -> bytes:
    """Return what there is up to a line break or the end. Unbuffered: nothing behind the line is taken."""
    line = b""
    while len(line) < TOKEN_MAX_BYTES + 2 and (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line


def _credential() -> Path | None:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / CREDENTIAL if folder else None
    return path if path is not None and path.is_file() else None


def _from_file(path: Path) -> FoundToken:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as failure:
        raise CliError(f"--token-file {path} cannot be read ({failure.strerror})", EXIT_USAGE) from None
    with os.fdopen(descriptor, "rb") as stream:
        on_disk = stat.S_ISREG(os.fstat(descriptor).st_mode)
        if on_disk and path.is_symlink():
            raise CliError(f"--token-file {path} is a symbolic link; name the file itself, to be removed", EXIT_USAGE)
        token = _checked(stream.read(TOKEN_MAX_BYTES + 2), str(path))
    return FoundToken(token, (lambda: _remove(path)) if on_disk else _nothing)


def _checked(raw: bytes, source: str) -> SecretValue:
    text = raw.decode("ascii", errors="replace").strip()
    if not _TOKEN.fullmatch(text):
        raise CliError(f"{source} does not hold a boot token; one is a single line as the API gave it", EXIT_USAGE)
    return SecretValue(text)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as failure:
        print_note(f"note: the used token in {path} could not be removed ({failure.strerror})")


def _nothing() -> None:
    """Discard what lies nowhere: a pipe, a variable, or a credential that systemd takes away itself."""
