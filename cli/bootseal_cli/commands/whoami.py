"""`bootseal whoami`."""

import click

from bootseal_cli.output.documents import json_option, print_json


@click.command()
@json_option
def whoami(as_json: bool) -> None:
    """Show who you are signed in as and what you may do."""
    from bootseal_cli.commands.shared import service
    from bootseal_cli.output.table import print_record

    here = service()
    identity = here.client.get("/v1/whoami").document
    if as_json:
        print_json(identity)
        return
    print_record(
        [
            ("Service", here.access.api_url),
            ("Org", identity.get("org")),
            ("User", identity.get("user")),
            ("Permissions", _permissions(identity.get("permissions"))),
            ("Projects", _projects(identity.get("projects"))),
        ]
    )


def _permissions(found: object) -> str:
    return ", ".join(map(str, found)) if isinstance(found, list) and found else "None beyond your own private secrets"


def _projects(found: object) -> str:
    """Say which projects are seen: the service lists them only where the token limits them."""
    if isinstance(found, list) and found != ["*"]:
        return ", ".join(map(str, found)) or "None"
    return "All"
