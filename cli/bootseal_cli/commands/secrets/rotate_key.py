"""`bootseal secrets rotate-key`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from bootseal_cli.commands.shared import confirm, scope_option
from bootseal_cli.failures import CliError, print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable

if TYPE_CHECKING:
    from bootseal_cli.api.client import Client


@click.command("rotate-key")
@scope_option
@click.option("--resume", is_flag=True, help="Go on with the last rotation instead of adding a key.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
def rotate_key(scope: str, resume: bool, yes: bool, as_json: bool) -> None:
    """Give a scope a new key and seal its values to it.

    Boots go on meanwhile, and no version changes. Can be interrupted, and gone on with by --resume.
    """
    from bootseal_cli.commands.shared import service

    confirm(f"Seal every current value of {scope} to a new key?", yes or resume)
    client = service().client
    total: dict[str, Any] = {"resealed": 0}
    for progress in _calls(client, scope, resume):
        total = {**progress, "resealed": total["resealed"] + progress["resealed"]}
        if progress["remaining"]:
            print_note(f"{total['resealed']} sealed anew, {progress['remaining']} to go")
    if as_json:
        print_json(total)
        return
    click.echo(printable(f"{scope} has the key {total['key_id']}; {total['resealed']} values were sealed to it."))
    if total["unreadable"]:
        names = printable(", ".join(map(str, total["unreadable"])))
        print_note(f"Nobody can open what was sent for {names}, so it stays as it is; set these anew.")


def _calls(client: "Client", scope: str, resume: bool) -> Iterator[dict[str, Any]]:
    """Call until nothing remains; CliError where a call gets nothing done."""
    while True:
        progress = client.post(f"/v1/scopes/{scope}/rotate-key", {"resume": resume}).document
        yield progress
        if not progress["remaining"]:
            return
        if not progress["resealed"]:
            raise CliError("the rotation does not get on; try again with --resume")
        resume = True
