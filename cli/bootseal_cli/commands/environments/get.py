"""`bootseal environments get`."""

from typing import Any

import click

from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_record, print_table

_COLUMNS = (Column("Variable", field("variable")), Column("Value", field("value")))


@click.command()
@click.argument("name")
@json_option
def get(name: str, as_json: bool) -> None:
    """Show the variables of an environment."""
    from bootseal_cli.api.client import environment_path
    from bootseal_cli.commands.shared import service

    found = service().client.get(environment_path(name)).document
    if as_json:
        print_json(found)
        return
    print_environment(found)


def print_environment(found: dict[str, Any]) -> None:
    """Print an environment: what is known of it, and its variables."""
    print_record(
        [
            ("Name", found.get("name")),
            ("Description", found.get("description")),
            ("Version", found.get("version")),
            ("Updated", f"{found.get('updated_at')} by {found.get('updated_by')}"),
        ]
    )
    click.echo()
    variables = found.get("variables") or {}
    rows = [{"variable": key, "value": value} for key, value in sorted(variables.items())]
    print_table(_COLUMNS, rows, "It has no variables.")
