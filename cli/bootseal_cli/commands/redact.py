"""`bootseal redact`."""

from pathlib import Path

import click

from bootseal_cli.failures import print_note


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("/run/bootseal"),
    show_default=True,
    help="Where the environment lies.",
)
def redact(folder: Path) -> int:
    """Copy standard input to output with every injected value masked."""
    from bootseal_cli.vm.environment import read_injected
    from bootseal_cli.vm.redactor.redactor import Redactor
    from bootseal_cli.vm.run.filter import filter_stdin
    from bootseal_cli.vm.run.signals import SignalWatch

    watch = SignalWatch()  # first: from here on no signal ends us with something kept back
    redactor = Redactor(read_injected(folder).secrets)
    if warning := redactor.warning():
        print_note(warning)
    return filter_stdin(redactor, watch)
