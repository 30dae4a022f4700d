"""Getting from a file name to checked entries, without anything leaving this machine."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bootseal_cli.failures import EXIT_USAGE, CliError, print_note
from bootseal_cli.importing.entries import Entry, Parsed, Problem, checked, refusal

STDIN = "-"
MAX_BYTES = 4_000_000
"""Above this one import would not fit one call once sealed (AWS Lambda takes 6 MB, and base64 adds a third)."""

FORMATS = ("dotenv", "json", "yaml")
_SUFFIXES = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".env": "dotenv"}


def read_entries(file: str, wanted_format: str | None, *, skip_empty: bool) -> tuple[Entry, ...]:
    """Return what `file` (or `-`) holds. CliError (exit 6) names every line at fault and never its text."""
    shown = "standard input" if file == STDIN else file
    text = _text_of(_bytes_of(file), shown)
    parsed = _parser(wanted_format or format_of(file))(text)
    for remark in parsed.remarks:
        print_note(f"note: {shown}:{remark.line}: {remark.what}")
    return checked(parsed, shown, skip_empty=skip_empty)


def format_of(file: str) -> str:
    """Return the format a file's name tells; dotenv for what tells nothing, as `.env.production` or `-`."""
    return _SUFFIXES.get(Path(file).suffix.lower(), "dotenv")


def _parser(name: str) -> Callable[[str], Parsed]:
    parse: Callable[[str], Parsed] = import_module(f"bootseal_cli.importing.from_{name}").parse
    return parse


def _bytes_of(file: str) -> bytes:
    if file == STDIN:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        try:
            with Path(file).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as failure:
            raise CliError(f"{file} cannot be read ({failure.strerror})", EXIT_USAGE) from None
    if len(data) > MAX_BYTES:
        raise refusal(file, [Problem(1, f"is over {MAX_BYTES} bytes; split it")])
    return data


def _text_of(data: bytes, shown: str) -> str:
    """Return the file's text without a byte order mark; refuse what is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise refusal(shown, [Problem(line, "is not UTF-8 text")]) from None
    if "\0" in text:
        raise refusal(shown, [Problem(text.count("\n", 0, text.index("\0")) + 1, "holds a NUL: this is no text file")])
    return text
