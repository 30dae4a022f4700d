"""What most commands share: the signed-in client, who is asking, and the options that recur."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bootseal_cli.failures import EXIT_USAGE, CliError

if TYPE_CHECKING:
    from bootseal_cli.api.client import Client
    from bootseal_cli.identity.current import Access


@dataclass(frozen=True, slots=True)
class Service:
    """The service as the signed-in caller."""

    client: "Client"
    access: "Access"

    def who(self) -> tuple[str, str]:
        """Return the caller's (org, user): as checked at sign-in, or asked for now with a token from outside."""
        session = self.access.session
        if session is not None:
            return session.org, session.user
        identity = self.client.get("/v1/whoami").document
        return str(identity.get("org")), str(identity.get("user"))


def service() -> Service:
    """Return the service as the signed-in caller; CliError (exit 3) where nobody is."""
    # Only here: help is shown without the HTTP library.
    from bootseal_cli.api.client import Client
    from bootseal_cli.api.transport import Transport
    from bootseal_cli.identity.current import current_access

    access = current_access()
    return Service(Client(Transport(access.api_url), access.credentials), access)


def confirm(question: str, yes: bool) -> None:
    """Ask before something that cannot be undone; with `yes` do not. CliError where there is nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CliError("nobody is there to confirm this; add --yes if you mean it", EXIT_USAGE)
    if not click.confirm(question, err=True):
        raise click.Abort


class ScopeType(click.ParamType[str]):
    """`private`, `shared` or `project:<slug>`, checked before anything is sent."""

    name = "scope"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the scope as it was given, or fail as a usage error."""
        from bootseal.errors import BootsealError
        from bootseal.model import parse_scope

        try:
            parse_scope(value, "me")
        except BootsealError as failure:
            self.fail(str(failure), param, ctx)
        return value


scope_option = click.option(
    "--scope",
    type=ScopeType(),
    default="private",
    show_default=True,
    help="Where the secret lives: private, shared or project:SLUG.",
)
any_scope_option = click.option("--scope", type=ScopeType(), help="Only this scope: private, shared or project:SLUG.")
limit_option = click.option("--limit", type=click.IntRange(min=1), help="Stop after this many; all without it.")
