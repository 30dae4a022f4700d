"""`bootseal environments delete`."""

import click

from bootseal_cli.commands.shared import confirm
from bootseal_cli.output.text import printable


@click.command()
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Delete an environment.

    Launches that name it fail until there is one of that name again; running VMs keep its variables.
    """
    from bootseal_cli.api.client import environment_path
    from bootseal_cli.commands.shared import service

    client = service().client
    found = client.get(environment_path(name))
    label = printable(str(found.document.get("name")))
    confirm(f"Delete the environment {label}? Launches that name it will fail.", yes)
    client.delete(environment_path(name), if_match=found.etag)
    click.echo(f"Deleted the environment {label}.")
