"""Reading one value from wherever the user gives it, byte for byte but for one trailing newline of a pipe."""

import sys
from pathlib import Path

from bootseal.model import VALUE_MAX_BYTES, SecretValue
from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, EXIT_USAGE, CliError, print_note
from bootseal_cli.values.prompt import ask_hidden, can_ask

STDIN = "-"
# One more than the most that can be stored, and the newline: enough to know that it is too much.
_READ_BYTES = VALUE_MAX_BYTES + 2


def read_value(name: str, value_file: str | None) -> SecretValue:
    """Return the value for `name`: from `value_file`, from what is piped in, or from a hidden prompt.

    Raises CliError or BootsealError (exit 6) for a value that cannot be stored; nothing has been sent by then.
    """
    if value_file is not None and value_file != STDIN:
        return as_value(_from_file(Path(value_file)))
    if value_file is None and can_ask():
        return as_value(_without_newline(ask_hidden(f"Value of {name} (hidden; paste or type, then Enter): ")))
    return as_value(_without_newline(sys.stdin.buffer.read(_READ_BYTES)))


def _from_file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_READ_BYTES)
    except OSError as failure:
        raise CliError(f"--value-file: {path} cannot be read ({failure.strerror})", EXIT_USAGE) from None
    if data.endswith(b"\n"):
        print_note("note: the file ends in a newline, which is kept as part of the value; pipe it in to drop it")
    return data


def _without_newline(data: bytes) -> bytes:
    if not data.endswith(b"\n"):
        return data
    print_note("note: dropped the one newline at the end of the input")
    return data[:-1]


def as_value(data: bytes) -> SecretValue:
    """Return `data` as a value. CliError (exit 6) where it is not UTF-8, BootsealError for the other rules."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        # Not chained: the exception holds the bytes.
        raise CliError("value: is not UTF-8 text; encode binary data as base64 first", EXIT_NOT_REPRESENTABLE) from None
    return SecretValue(text)
