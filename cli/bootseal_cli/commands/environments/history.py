"""`bootseal environments history`."""

import click

from bootseal_cli.commands.shared import limit_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, Row, field, print_table


def _variables(version: Row) -> object:
    variables = version.get("variables")
    return ", ".join(f"{key}={value}" for key, value in sorted(variables.items())) if variables else None


_COLUMNS = (
    Column("Version", field("version")),
    Column("Updated", field("updated_at"), is_time=True),
    Column("By", field("updated_by"), rank=1),
    Column("Variables", _variables, rank=2),
)


@click.command()
@click.argument("name")
@limit_option
@json_option
def history(name: str, limit: int | None, as_json: bool) -> None:
    """List the versions of an environment.

    Newest first; every change is kept, a deletion too.
    """
    from bootseal_cli.api.client import environment_path
    from bootseal_cli.commands.shared import service

    found = service().client.pages(environment_path(name, "versions"), {}, limit)
    if as_json:
        print_json(found)
        return
    print_table(_COLUMNS, found["items"], "No versions are kept.")
