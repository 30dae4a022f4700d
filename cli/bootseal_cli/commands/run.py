"""`bootseal run`, where it is not started the quick way (`bootseal_cli.entry`)."""

import click

from bootseal_cli.vm.run import quick

_AS_TYPED = {"allow_interspersed_args": False}


@click.command(context_settings=_AS_TYPED)
@click.option("--only", metavar="A,B", help="Give the command these variables and no others of the boot.")
@click.option("--no-redact", is_flag=True, help="Become the command (exec); its output is not looked at.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(),
    default=quick.DEFAULT_FOLDER,
    show_default=True,
    help="Where the environment lies.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True, metavar="-- CMD…")
def run(only: str | None, no_redact: bool, folder: str, command: tuple[str, ...]) -> int:
    """Run a command with the injected environment, its output redacted.

    Ends with the command's exit code, or 128 and the number of the signal that ended it.
    """
    return quick.run(quick.RunOptions(command, folder, only, no_redact))
