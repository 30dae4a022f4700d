"""The authorization code flow with PKCE (RFC 7636) for a program on a person's machine (RFC 8252)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.identity.issuer import Issuer
from bootseal_cli.output.text import printable


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at signing in: the address to open, and what its answer is checked and redeemed with."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    issuer: Issuer


def begin(issuer: Issuer, client_id: str, redirect_uri: str, scope: str, audience: str | None) -> Attempt:
    """Make the address a browser opens, with a fresh state and verifier of 256 random bits each."""
    if issuer.authorization_endpoint is None:
        raise CliError("this issuer has no sign-in page; try `bootseal login --device`")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
        **({"audience": audience} if audience else {}),
    }
    return Attempt(f"{issuer.authorization_endpoint}?{urlencode(query)}", redirect_uri, state, verifier, issuer)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def code_from(attempt: Attempt, redirected_to: str) -> str:
    """Return the code in the address the browser came back to; CliError where it is not the answer to `attempt`."""
    # The state first: what came without it was not asked for by us, its error included (RFC 9700 section 4.7).
    if not belongs_to(attempt, redirected_to):
        raise _refused("the answer does not belong to this sign-in; start again")
    answer = _parameters(redirected_to)
    _check_issuer(attempt.issuer, answer.get("iss"))
    if "error" in answer:
        raise _refused(printable(answer.get("error_description") or answer["error"]))
    if not answer.get("code"):
        raise _refused("the answer brought no code; start again")
    return answer["code"]


def belongs_to(attempt: Attempt, redirected_to: str) -> bool:
    """Whether an address the browser came back to carries the state of `attempt`."""
    return hmac.compare_digest(_parameters(redirected_to).get("state", "").encode(), attempt.state.encode())


def _parameters(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def _check_issuer(issuer: Issuer, named: str | None) -> None:
    """Refuse an answer of another issuer, where this one says it always names itself (RFC 9207)."""
    if issuer.names_itself_in_answers and (named or "").rstrip("/") != issuer.url:
        raise _refused("the answer came from another issuer; start again")


def _refused(why: str) -> CliError:
    return CliError(f"sign-in failed: {why}", EXIT_NOT_ALLOWED)
