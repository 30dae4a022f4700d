"""`bootseal secrets …`: the registry of its commands."""

import click

from bootseal_cli.lazy import LazyCommand, LazyGroup

_HERE = "bootseal_cli.commands.secrets"
COMMANDS = {
    "set": LazyCommand(f"{_HERE}.set_value:set_value", "Create a secret, or give one a new value"),
    "list": LazyCommand(f"{_HERE}.list_all:list_all", "List secrets, without their values"),
    "get": LazyCommand(f"{_HERE}.get:get", "Show one secret; its value stays hidden"),
    "edit": LazyCommand(f"{_HERE}.edit:edit", "Change what is noted about a secret, not its value"),
    "delete": LazyCommand(f"{_HERE}.delete:delete", "Delete a secret and all its versions, for good"),
    "clone": LazyCommand(f"{_HERE}.clone:clone", "Copy a secret to another scope or name"),
    "history": LazyCommand(f"{_HERE}.history:history", "List the versions of a secret"),
    "rollback": LazyCommand(f"{_HERE}.rollback:rollback", "Bring back an earlier value as a new version"),
    "rotate-key": LazyCommand(f"{_HERE}.rotate_key:rotate_key", "Give a scope a new key and seal its values to it"),
    "import": LazyCommand(f"{_HERE}.import_file:import_file", "Store many secrets from a dotenv, JSON or YAML file"),
}
# What other tools call these.
_MEANT = {"ls": "list", "rm": "delete", "remove": "delete", "add": "set", "create": "set", "update": "set"} | {
    "show": "get",
    "copy": "clone",
    "rename": "clone",
    "versions": "history",
}


@click.group(cls=LazyGroup, lazy=COMMANDS, meant=_MEANT)
def secrets() -> None:
    """Store, list and change secrets.

    A value can be written, replaced and deleted, and a VM receives it at boot. Nobody can read it back.
    """
