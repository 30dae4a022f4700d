"""`bootseal environments …`: the registry of its commands."""

import click

from bootseal_cli.lazy import LazyCommand, LazyGroup

_HERE = "bootseal_cli.commands.environments"
COMMANDS = {
    "list": LazyCommand(f"{_HERE}.list_all:list_all", "List the environments"),
    "get": LazyCommand(f"{_HERE}.get:get", "Show the variables of an environment"),
    "set": LazyCommand(f"{_HERE}.set_variables:set_variables", "Add, change or remove variables of an environment"),
    "delete": LazyCommand(f"{_HERE}.delete:delete", "Delete an environment"),
    "history": LazyCommand(f"{_HERE}.history:history", "List the versions of an environment"),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def environments() -> None:
    """Manage named sets of plain defaults.

    Their variables are not secret: everyone in the org can read them, and every secret of the same variable wins.
    """
