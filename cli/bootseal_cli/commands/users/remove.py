"""`bootseal users remove`."""

from typing import Any
from urllib.parse import quote

import click

from bootseal_cli.commands.shared import confirm
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable


@click.command()
@click.argument("user", metavar="SUB")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(user: str, yes: bool, as_json: bool) -> None:
    """Delete what a leaving user has of their own.

    Their private secrets go for good, and the boot tokens issued for them so far are cancelled. SUB is what
    `bootseal whoami` and the audit trail call them. Needs secrets:manage and audit:read.
    """
    from bootseal_cli.commands.shared import service

    shown = printable(user)
    confirm(f"Delete all private secrets of {shown} for good and cancel the boot tokens issued for them?", yes)
    client = service().client
    total: dict[str, Any] = {"removed": 0, "remaining": True}
    while total["remaining"]:
        answer = client.delete(f"/v1/users/{quote(user, safe='')}/secrets").document
        total = {**answer, "removed": total["removed"] + answer["removed"]}
    if as_json:
        print_json(total)
        return
    click.echo(
        f"Deleted {total['removed']} private secrets of {shown}. Boot tokens issued for them until "
        f"{printable(str(total['boot_tokens_cancelled_until']))} no longer work."
    )
