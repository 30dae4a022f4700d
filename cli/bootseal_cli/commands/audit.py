"""`bootseal audit`."""

from typing import Any

import click

from bootseal_cli.commands.shared import any_scope_option
from bootseal_cli.commands.windows import MomentType, recent_limit_option, say_more
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table

_COLUMNS = (
    Column("When", field("time"), is_time=True),
    Column("Actor", field("actor"), rank=1),
    Column("Action", field("action")),
    Column("Outcome", field("outcome")),
    Column("Scope", field("scope"), rank=3),
    Column("Name", field("name"), rank=2),
    Column("From", field("source_ip"), rank=4),
    Column("With", field("user_agent"), rank=5),
)


@click.command()
@click.option("--since", type=MomentType(), help="From this moment on: 2026-11-21T10:00:00Z, or 2h ago as 2h.")
@click.option("--until", type=MomentType(), help="Up to this moment.")
@click.option("--actor", metavar="SUB", help="Only what this user did.")
@click.option("--action", help="Only this action, such as secret.update or boot.inject.")
@any_scope_option
@click.option("--name", help="Only what concerns this secret.")
@recent_limit_option
@json_option
def audit(as_json: bool, limit: int, **query: Any) -> None:
    """Show who did what to which secret.

    Newest first: changes, boots, placeholder reads and refusals, with where they came from. Needs audit:read.
    """
    from bootseal_cli.commands.shared import service

    found = service().client.pages("/v1/audit", query, limit)
    if as_json:
        print_json(found)
        return
    print_table(_COLUMNS, found["items"], "Nothing of that kind happened.")
    say_more(found)
