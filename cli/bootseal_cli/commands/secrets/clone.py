"""`bootseal secrets clone`."""

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import ScopeType, scope_option
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable


@click.command()
@click.argument("name")
@scope_option
@click.option("--to", "target", type=ScopeType(), required=True, help="The scope to copy to.")
@click.option("--as", "new_name", metavar="NAME", help="The copy's name; the same without it.")
@json_option
def clone(name: str, scope: str, target: str, new_name: str | None, as_json: bool) -> None:
    """Copy a secret to another scope or name.

    The value is sealed anew for its new place by the service; nobody sees it on the way. Later changes of one do not
    reach the other.
    """
    checked = secret_name(name)
    body = {"scope": target}
    if new_name is not None:
        body["name"] = secret_name(new_name, not_reserved=True)
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.commands.shared import service

    copy = service().client.post(secret_path(scope, checked, "clone"), body, once=True).document
    if as_json:
        print_json(copy)
        return
    click.echo(printable(f"Copied {checked} from {scope} to {copy.get('name')} in {copy.get('scope')}."))
