"""How a command fails: one exception, one line on stderr, one exit code.

The exit codes are part of the outside contract; scripts branch on them.
"""

import sys
from typing import IO, Any

import click

EXIT_DONE = 0
EXIT_OTHER = 1
EXIT_USAGE = 2
EXIT_NOT_ALLOWED = 3
EXIT_MISSING_REQUIRED = 4
EXIT_UNREACHABLE = 5
EXIT_NOT_REPRESENTABLE = 6


class CliError(click.ClickException):
    """A failure the user can act on.

    `message` says what is wrong and what to do next and never holds a value or a token. `exit_code` is one of the
    `EXIT_*` constants of this module. It is printed as `error: <message>`; further lines are kept as they are.
    """

    def __init__(self, message: str, exit_code: int = EXIT_OTHER) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it per class; here it is per failure

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on stderr, or on `file`."""
        print_error(self.message, file)


def print_error(message: str, file: IO[Any] | None = None) -> None:
    """Print `error: <message>` on stderr, or on `file`."""
    stream = file or sys.stderr
    click.echo(_fitted(f"error: {message}", stream), file=stream)


def print_note(message: str) -> None:
    """Print a remark on stderr, so that stdout stays what a script reads."""
    click.echo(_fitted(message, sys.stderr), file=sys.stderr)


def _fitted(message: str, stream: IO[Any]) -> str:
    """Break lines between words to the width of a terminal; elsewhere, and within words, leave them as they are."""
    if not stream.isatty():
        return message
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns, 20)
    return "\n".join(
        textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in message.split("\n")
    )
