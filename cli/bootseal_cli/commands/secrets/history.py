"""`bootseal secrets history`."""

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import scope_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table

COLUMNS = (
    Column("Version", field("version")),
    Column("Current", field("current"), rank=5),
    Column("Changed", lambda row: "Value" if row.get("value_changed") else "Notes"),
    Column("Updated", field("updated_at"), is_time=True),
    Column("By", field("updated_by"), rank=2),
    Column("Hint", field("hint"), rank=1),
    Column("Installs in VMs", field("auto_install"), rank=3),
    Column("Description", field("description"), rank=4),
)


@click.command()
@click.argument("name")
@scope_option
@json_option
def history(name: str, scope: str, as_json: bool) -> None:
    """List the versions of a secret.

    Newest first. The last 10 values are kept; `bootseal secrets rollback NAME --to VERSION` brings one back.
    """
    checked = secret_name(name)
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.commands.shared import service

    found = service().client.get(secret_path(scope, checked, "versions")).document
    if as_json:
        print_json(found)
        return
    print_table(COLUMNS, found.get("items", []), "No versions are kept.")
