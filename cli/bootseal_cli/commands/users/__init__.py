"""`bootseal users …`: the registry of its commands."""

import click

from bootseal_cli.lazy import LazyCommand, LazyGroup

_HERE = "bootseal_cli.commands.users"
COMMANDS = {
    "remove": LazyCommand(f"{_HERE}.remove:remove", "Delete what a leaving user has of their own"),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def users() -> None:
    """Deal with users who leave.

    Users themselves live with your OIDC issuer; take them out there too.
    """
