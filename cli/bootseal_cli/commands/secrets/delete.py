"""`bootseal secrets delete`."""

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import confirm, scope_option
from bootseal_cli.output.text import printable


@click.command()
@click.argument("name")
@scope_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def delete(name: str, scope: str, yes: bool) -> None:
    """Delete a secret and all its versions, for good.

    VMs that are running keep the value until they stop; change it where it was issued if it must end now.
    """
    checked = secret_name(name)
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.commands.finding import fetch
    from bootseal_cli.commands.shared import service

    client = service().client
    found = fetch(client, scope, checked)
    label = printable(f"{found.document.get('name')} ({found.document.get('env_name')}) from {scope}")
    confirm(f"Delete {label} with all its versions? Running VMs keep it until they stop.", yes)
    client.delete(secret_path(scope, checked), if_match=found.etag)
    click.echo(f"Deleted {label}. Running VMs keep it until they stop.")
