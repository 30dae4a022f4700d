"""`bootseal login`."""

import os
from collections.abc import Mapping
from typing import Any

import click

from bootseal_cli import config
from bootseal_cli.failures import EXIT_USAGE, CliError, print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable


@click.command()
@click.option("--api-url", help=f"The service's address; else {config.ENV_API_URL}.")
@click.option("--issuer", help=f"The OIDC issuer's address; else {config.ENV_ISSUER}.")
@click.option("--client-id", help=f"The public client registered for Bootseal; else {config.ENV_CLIENT_ID}.")
@click.option("--local", "local_user", metavar="USER", help="Sign in as a user of the local stack, without a browser.")
@click.option("--device", is_flag=True, help="Show a code to enter on another machine, where the issuer offers it.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.option("--oidc-scope", default="openid", show_default=True, help="The OAuth scopes to ask for.")
@click.option("--audience", help="The API's audience, for issuers that want to be asked for one.")
@click.option(
    "--redirect-port",
    type=click.IntRange(0, 65535),
    default=config.REDIRECT_PORT,
    show_default=True,
    help="The port the browser comes back to; 0 takes a free one.",
)
@json_option
def login(local_user: str | None, device: bool, no_browser: bool, as_json: bool, **given: Any) -> None:
    """Sign in and keep the tokens on this machine.

    Opens the sign-in page of your OIDC issuer. On the local stack, `bootseal login --local alice` needs no page.
    What is not given is taken from the environment, from the last sign-in, or from the local stack's file.
    """
    from bootseal_cli.identity import signing_in

    if local_user:
        stack = config.need_local_stack()
        identity, place = signing_in.sign_in_locally(stack, local_user, _local_address(stack, given))
    elif device:
        identity, place = signing_in.sign_in_with_device(_wish(given))
    else:
        identity, place = signing_in.sign_in_with_browser(_wish(given), open_browser=not no_browser)
    _tell(identity, place, as_json)


def _local_address(stack: config.LocalStack, given: Mapping[str, Any]) -> str:
    from bootseal_cli.addresses import checked_base

    return checked_base(given["api_url"] or stack.api_url(), "the local stack's api_url")


def _wish(given: Mapping[str, Any]) -> Any:
    from bootseal_cli.addresses import checked_base
    from bootseal_cli.identity.signing_in import OidcSignIn

    known = _known_settings()
    api_url = given["api_url"] or os.environ.get(config.ENV_API_URL) or known.get("api_url")
    issuer = given["issuer"] or os.environ.get(config.ENV_ISSUER) or known.get("issuer")
    client_id = given["client_id"] or os.environ.get(config.ENV_CLIENT_ID) or known.get("client_id")
    missing = [
        option
        for option, found in (("--api-url", api_url), ("--issuer", issuer), ("--client-id", client_id))
        if not found
    ]
    if missing:
        raise CliError(
            f"tell me {', '.join(missing)}: who deployed Bootseal has them (they are outputs of its stack); "
            "for a local stack run `bootseal login --local USER`",
            EXIT_USAGE,
        )
    return OidcSignIn(
        api_url=checked_base(str(api_url), "--api-url"),
        issuer=str(issuer),
        client_id=str(client_id),
        scope=given["oidc_scope"],
        audience=given["audience"],
        redirect_port=given["redirect_port"],
    )


def _known_settings() -> Mapping[str, Any]:
    """Return the settings of the last OIDC sign-in, or else of a local stack: all of one, never a mixture."""
    from dataclasses import asdict

    from bootseal_cli.identity import store

    kept = store.load_session()
    if kept is not None and kept.issuer:
        return asdict(kept)
    stack = config.find_local_stack()
    return stack.content if stack else {}


def _tell(identity: Mapping[str, Any], place: str, as_json: bool) -> None:
    if as_json:
        print_json(dict(identity))
        return
    who, org = printable(str(identity.get("user"))), printable(str(identity.get("org")))
    print_note(f"Signed in to org {org} as {who}. The token is in {place}.")
