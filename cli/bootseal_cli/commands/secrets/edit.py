"""`bootseal secrets edit`."""

from typing import Any

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import scope_option
from bootseal_cli.failures import EXIT_USAGE, CliError
from bootseal_cli.output.documents import json_option, print_json


@click.command()
@click.argument("name")
@scope_option
@click.option("-d", "--description", help="What it is for; an empty text removes it.")
@click.option("--auto-install/--no-auto-install", default=None, help="Whether VMs get it without asking.")
@click.option(
    "--instructions-safe/--no-instructions-safe",
    default=None,
    help="Whether its value may be put into an agent's instructions.",
)
@json_option
def edit(name: str, scope: str, as_json: bool, **noted: Any) -> None:
    """Change what is noted about a secret, not its value.

    A new value is given with `bootseal secrets set NAME`. A name cannot be changed; `bootseal secrets clone` makes a
    copy under another. If somebody else changes the secret in the same moment, nothing is overwritten.
    """
    checked = secret_name(name)
    changes = {key: given for key, given in noted.items() if given is not None}
    if not changes:
        raise CliError(
            "say what to change: --description, --[no-]auto-install or --[no-]instructions-safe; "
            f"for a new value run `bootseal secrets set {checked}`",
            EXIT_USAGE,
        )
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.commands.finding import fetch
    from bootseal_cli.commands.secrets.get import print_secret
    from bootseal_cli.commands.shared import service

    client = service().client
    before = fetch(client, scope, checked)
    metadata = client.patch(secret_path(scope, checked), changes, if_match=before.etag).document
    if as_json:
        print_json(metadata)
        return
    print_secret(metadata)
