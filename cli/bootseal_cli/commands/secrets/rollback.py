"""`bootseal secrets rollback`."""

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import scope_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable


@click.command()
@click.argument("name")
@scope_option
@click.option("--to", "version", metavar="VERSION", required=True, help="The version whose value to bring back.")
@json_option
def rollback(name: str, scope: str, version: str, as_json: bool) -> None:
    """Bring back an earlier value as a new version.

    See the versions with `bootseal secrets history NAME`. The value is never opened on the way.
    """
    checked = secret_name(name)
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.commands.shared import service

    metadata = service().client.post(secret_path(scope, checked, "rollback"), {"version": version}).document
    if as_json:
        print_json(metadata)
        return
    click.echo(printable(f"{checked} has the value of {version} again, as version {metadata.get('version')}."))
