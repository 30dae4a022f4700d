"""`bootseal environments list`."""

import click

from bootseal_cli.commands.shared import limit_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, Row, field, print_table


def _count(environment: Row) -> object:
    variables = environment.get("variables")
    return len(variables) if isinstance(variables, dict) else None


_COLUMNS = (
    Column("Name", field("name")),
    Column("Variables", _count, rank=1),
    Column("Updated", field("updated_at"), is_time=True),
    Column("By", field("updated_by"), rank=2),
    Column("Version", field("version"), rank=3),
)


@click.command(name="list")
@limit_option
@json_option
def list_all(limit: int | None, as_json: bool) -> None:
    """List the environments."""
    from bootseal_cli.commands.shared import service

    found = service().client.pages("/v1/environments", {}, limit)
    if as_json:
        print_json(found)
        return
    print_table(
        _COLUMNS, found["items"], "No environments yet. Add one with `bootseal environments set NAME KEY=VALUE`"
    )
