"""`bootseal secrets get`."""

from typing import Any

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import scope_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import print_record
from bootseal_cli.output.text import NEVER

_MASK = "••••••••"


@click.command()
@click.argument("name")
@scope_option
@json_option
def get(name: str, scope: str, as_json: bool) -> None:
    """Show one secret; its value stays hidden.

    Values cannot be read back: where it is long enough, its first and last four characters tell which one it is.
    """
    from bootseal_cli.commands.finding import fetch
    from bootseal_cli.commands.shared import service

    metadata = fetch(service().client, scope, secret_name(name)).document
    if as_json:
        print_json(metadata)
        return
    print_secret(metadata)


def print_secret(metadata: dict[str, Any]) -> None:
    """Print everything known about a secret as aligned lines."""
    hint = f"{_MASK}  ({metadata['hint']})" if metadata.get("hint") else _MASK
    print_record(
        [
            ("Name", metadata.get("name")),
            ("Exported as", metadata.get("env_name")),
            ("Scope", metadata.get("scope")),
            ("Value", hint),
            ("Description", metadata.get("description")),
            ("Installs in VMs", metadata.get("auto_install")),
            ("Safe in instructions", metadata.get("instructions_safe")),
            ("Version", metadata.get("version")),
            ("Created", _moment(metadata, "created")),
            ("Updated", _moment(metadata, "updated")),
            ("Last injected", metadata.get("last_injected_at") or NEVER),
        ]
    )


def _moment(metadata: dict[str, Any], what: str) -> str:
    return f"{metadata.get(f'{what}_at')} by {metadata.get(f'{what}_by')}"
