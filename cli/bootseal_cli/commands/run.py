"""`bootseal run`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootseal_cli.failures import print_note

if TYPE_CHECKING:
    from bootseal_cli.vm.run.program import Program

_AS_TYPED = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command(context_settings=_AS_TYPED)
@click.option("--only", metavar="A,B", help="Give the command these variables and no others of the boot.")
@click.option("--no-redact", is_flag=True, help="Become the command (exec); its output is not looked at.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("/run/bootseal"), show_default=True)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True, metavar="-- CMD…")
def run(only: str | None, no_redact: bool, folder: Path, command: tuple[str, ...]) -> int:
    """Run a command with the injected environment, its output redacted.

    Ends with the command's exit code, or 128 and the number of the signal that ended it.
    """
    from bootseal_cli.vm.environment import read_injected
    from bootseal_cli.vm.run.program import Program

    injected = read_injected(folder)
    chosen = injected.variables if only is None else injected.only(filter(None, only.split(",")))
    program = Program(command, injected.around(chosen, os.environ))
    if no_redact:
        program.replace_us()
    return _redacted(program, injected.secrets)


def _redacted(program: "Program", secrets: Mapping[str, str]) -> int:
    from bootseal_cli.vm.redactor.redactor import Redactor

    redactor = Redactor(secrets)
    if warning := redactor.warning():
        print_note(warning)
    if os.isatty(0) and os.isatty(1):
        from bootseal_cli.vm.run.on_terminal import run_on_terminal

        return run_on_terminal(program, redactor)
    from bootseal_cli.vm.run.piped import run_piped

    return run_piped(program, redactor)
