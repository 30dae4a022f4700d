"""`bootseal export`."""

import sys
from pathlib import Path

import click

from bootseal_cli.vm.formats import FORMATS


@click.command()
@click.option(
    "--format", "name", type=click.Choice(FORMATS), default="shell", show_default=True, help="The format to print."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("/run/bootseal"),
    show_default=True,
    help="Where the environment lies.",
)
def export(name: str, folder: Path) -> None:
    """Print the injected environment in another tool's format.

    \b
    shell    for sh, bash, zsh:  eval "$(bootseal export)"
    systemd  for EnvironmentFile=
    json     one flat object
    dotenv   the part of .env that python-dotenv and node --env-file read alike
    docker   for docker --env-file
    github   to append to $GITHUB_ENV

    A value the format cannot hold exactly is refused by its name, and nothing is printed.
    """
    from bootseal_cli.vm.environment import read_injected
    from bootseal_cli.vm.formats import render

    sys.stdout.buffer.write(render(name, read_injected(folder).variables))
