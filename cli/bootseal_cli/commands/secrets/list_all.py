"""`bootseal secrets list`."""

import click

from bootseal_cli.commands.shared import any_scope_option, limit_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table
from bootseal_cli.output.text import NEVER

COLUMNS = (
    Column("Name", field("name")),
    Column("Exported as", field("env_name"), rank=4),
    Column("Scope", field("scope")),
    Column("Installs in VMs", field("auto_install"), rank=3),
    Column("Hint", field("hint"), rank=6),
    Column("Description", field("description"), rank=5, folds_to=16),
    Column("Updated", field("updated_at"), rank=1, is_time=True),
    Column("Last injected", field("last_injected_at"), rank=2, is_time=True, absent=NEVER),
)


@click.command(name="list")
@any_scope_option
@click.option("--search", metavar="TEXT", help="Only those with TEXT in the name, variable or description.")
@limit_option
@json_option
def list_all(scope: str | None, search: str | None, limit: int | None, as_json: bool) -> None:
    """List secrets, without their values.

    Shows every scope you see: your private secrets, your projects' and the shared ones.
    """
    from bootseal_cli.commands.shared import service

    found = service().client.pages("/v1/secrets", {"scope": scope, "q": search}, limit)
    if as_json:
        print_json(found)
        return
    print_table(COLUMNS, found["items"], _nothing(scope, search))


def _nothing(scope: str | None, search: str | None) -> str:
    if search or scope:
        return "No secret matches. See all with `bootseal secrets list`."
    return "No secrets yet. Add one with `bootseal secrets set NAME`, or many with `bootseal secrets import FILE`."
