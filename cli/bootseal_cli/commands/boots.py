"""`bootseal boots`."""

from typing import Any

import click

from bootseal_cli.commands.shared import any_scope_option
from bootseal_cli.commands.windows import recent_limit_option, say_more
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, Row, field, print_table


def _injected(receipt: Row) -> str:
    secrets = receipt.get("secrets") or []
    return f"{sum(entry.get('status') == 'injected' for entry in secrets)} of {len(secrets)}"


_COLUMNS = (
    Column("When", field("created_at"), is_time=True),
    Column("Session", field("session_id")),
    Column("User", field("user"), rank=2),
    Column("Project", field("project"), rank=3),
    Column("Environment", field("environment"), rank=5),
    Column("VM", field("vm_id"), rank=4),
    Column("Injected", _injected, rank=1),
)


@click.command()
@click.option("--user", metavar="SUB", help="Only boots for this user.")
@click.option("--session-id", metavar="ID", help="Only this session.")
@any_scope_option
@click.option("--name", help="Only boots that received this secret.")
@click.option("--version", help="Only boots that received this version of it.")
@recent_limit_option
@json_option
def boots(as_json: bool, limit: int, **query: Any) -> None:
    """Show which VMs received which secrets.

    Newest first. After a rotation, `bootseal boots --scope shared --name NAME --version VERSION` tells which sessions
    still hold the old value.
    """
    from bootseal_cli.commands.shared import service

    found = service().client.pages("/v1/boots", query, limit)
    if as_json:
        print_json(found)
        return
    print_table(_COLUMNS, found["items"], "No boot matches.")
    say_more(found)
