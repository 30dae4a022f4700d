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
    click.echo(f"error: {message}", file=file or sys.stderr)


def print_note(message: str) -> None:
    """Print a remark on stderr, so that stdout stays what a script reads."""
    click.echo(message, file=sys.stderr)
