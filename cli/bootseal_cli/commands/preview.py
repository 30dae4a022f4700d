"""`bootseal preview`."""

import click

from bootseal_cli.commands.launch import launch_options, launch_query
from bootseal_cli.failures import print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table
from bootseal_cli.output.text import printable

_COLUMNS = (
    Column("Exported as", field("env_name")),
    Column("Status", field("status")),
    Column("Scope", field("scope")),
    Column("Name", field("name"), rank=1),
    Column("Version", field("version"), rank=2),
)


@click.command()
@launch_options
@json_option
def preview(as_json: bool, **launch: str | None) -> None:
    """Show the environment a VM would boot with, without values.

    Injected secrets win; shadowed ones lose to a stronger scope (private, then project, then shared); disabled ones do
    not install themselves.
    """
    from bootseal_cli.commands.shared import service

    here = service()
    receipt = here.client.get("/v1/boot-preview", launch_query(here, launch)).document
    if as_json:
        print_json(receipt)
        return
    print_table(_COLUMNS, receipt.get("secrets", []), "This VM would get no secret.")
    defaults = receipt.get("defaults")
    if isinstance(defaults, list) and defaults:
        print_note(printable(f"Defaults of the environment: {', '.join(map(str, defaults))}"))
