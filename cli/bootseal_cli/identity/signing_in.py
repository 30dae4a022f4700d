"""Signing in: each way ends with tokens that the service has accepted, kept for the next commands."""

import threading
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootseal_cli.api.client import Client
from bootseal_cli.api.problems import ProblemError
from bootseal_cli.api.transport import Transport
from bootseal_cli.config import LocalStack
from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError, print_note
from bootseal_cli.identity import device, pkce, store
from bootseal_cli.identity.current import GivenToken
from bootseal_cli.identity.issuer import Issuer, discover, oauth_error, post_form
from bootseal_cli.identity.loopback import Receiver
from bootseal_cli.identity.tokens import Session, Tokens, expiry_of, from_token_answer

Identity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OidcSignIn:
    """Everything an OIDC sign-in needs to know."""

    api_url: str
    issuer: str
    client_id: str
    scope: str
    audience: str | None
    redirect_port: int


def sign_in_locally(stack: LocalStack, user: str, api_url: str) -> tuple[Identity, str]:
    """Sign in as a seeded user of the local stack; return who that is, and where the token is kept."""
    token = stack.token(user)
    tokens = Tokens(token, None, expiry_of(token))
    identity = identity_of(api_url, tokens)
    session = _session(api_url, identity, local_file=str(Path(stack.path).resolve()), local_user=user)
    return identity, store.save(session, tokens)


def sign_in_with_browser(wish: OidcSignIn, open_browser: bool) -> tuple[Identity, str]:
    """Sign in with the authorization code flow; without `open_browser` the address is only printed."""
    issuer = discover(wish.issuer)
    with Receiver(wish.redirect_port) as receiver:
        attempt = pkce.begin(issuer, wish.client_id, receiver.redirect_uri, wish.scope, wish.audience)
        _show_address(attempt.url, open_browser)
        code = receiver.wait(attempt, typed=not open_browser)
    return _keep(wish, issuer, _redeem(wish, attempt, code))


def sign_in_with_device(wish: OidcSignIn) -> tuple[Identity, str]:
    """Sign in with the device flow: the code is shown here and entered on any other machine."""
    issuer = discover(wish.issuer)
    request = device.begin(issuer, wish.client_id, wish.scope, wish.audience)
    print_note(f"Open {request.complete_uri or request.verification_uri}\nand enter the code {request.user_code}")
    return _keep(wish, issuer, device.wait(issuer, wish.client_id, request))


def identity_of(api_url: str, tokens: Tokens) -> Identity:
    """Return what the service says about the tokens; CliError (exit 3) where it does not accept them."""
    try:
        return Client(Transport(api_url), GivenToken(tokens.access)).get("/v1/whoami").document
    except ProblemError as failure:
        if failure.status not in {401, 403}:
            raise
        raise CliError(
            f"the service at {api_url} does not accept this issuer's tokens; check --api-url, --issuer and --client-id",
            EXIT_NOT_ALLOWED,
        ) from None


def revoke(session: Session, tokens: Tokens) -> bool:
    """Tell the issuer that the refresh token is of no more use (RFC 7009); return whether it was told."""
    if session.revocation_endpoint is None or tokens.refresh is None:
        return False
    try:
        form = {"token": tokens.refresh, "token_type_hint": "refresh_token", "client_id": session.client_id}
        return post_form(session.revocation_endpoint, form).ok
    except CliError:
        return False


def _show_address(url: str, open_browser: bool) -> None:
    if open_browser:
        print_note(f"Opening your browser to sign in. If none opens, go to:\n\n  {url}\n")
        # In the background: a browser in the terminal holds its caller until it ends, and it ends by our answer.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        return
    print_note(f"Open this address in a browser and sign in:\n\n  {url}\n")
    print_note("If the browser is on another machine, paste the address it ends at (http://localhost:…) here:")


def _redeem(wish: OidcSignIn, attempt: pkce.Attempt, code: str) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempt.redirect_uri,
        "client_id": wish.client_id,
        "code_verifier": attempt.verifier,
    }
    answer = post_form(attempt.issuer.token_endpoint, form)
    document = answer.json()
    if not answer.ok or not isinstance(document, dict):
        raise CliError(f"sign-in failed: {oauth_error(answer)[1]}", EXIT_NOT_ALLOWED)
    return document


def _keep(wish: OidcSignIn, issuer: Issuer, answer: Mapping[str, Any]) -> tuple[Identity, str]:
    tokens = from_token_answer(answer, time.time())
    if tokens is None:
        raise CliError("sign-in failed: the issuer sent no access token", EXIT_NOT_ALLOWED)
    identity = identity_of(wish.api_url, tokens)
    session = _session(
        wish.api_url,
        identity,
        issuer=issuer.url,
        client_id=wish.client_id,
        token_endpoint=issuer.token_endpoint,
        revocation_endpoint=issuer.revocation_endpoint,
    )
    return identity, store.save(session, tokens)


def _session(api_url: str, identity: Identity, **origin: str | None) -> Session:
    return Session(api_url=api_url, org=str(identity.get("org")), user=str(identity.get("user")), **origin)
