"""Who the next call is made as: the environment's token, or the kept sign-in, renewed when it has ended."""

import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bootseal_cli import config
from bootseal_cli.addresses import checked_base, is_loopback
from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.identity import store
from bootseal_cli.identity.tokens import Session, Tokens, expiry_of, from_token_answer

_SIGN_IN = "run `bootseal login` (for the local stack: `bootseal login --local USER`)"


@dataclass(frozen=True, slots=True)
class GivenToken:
    """The token of `BOOTSEAL_TOKEN`, for scripts. It is never renewed: whoever made it can make the next."""

    token: str = field(repr=False)

    def bearer(self) -> str:
        """Return the token."""
        return self.token

    def renewed(self) -> bool:
        """Return False: there is nothing to renew it with."""
        return False


class KeptTokens:
    """The tokens of a sign-in. Renewing writes them back for the next command."""

    def __init__(self, session: Session, tokens: Tokens) -> None:
        self.session = session
        self._tokens = tokens

    def bearer(self) -> str:
        """Return a token that has not ended, renewing it first where needed; CliError (exit 3) where that fails."""
        if self._tokens.expired(time.time()) and not self.renewed():
            raise CliError(f"the sign-in has expired; {_sign_in_again(self.session)}", EXIT_NOT_ALLOWED)
        return self._tokens.access

    def renewed(self) -> bool:
        """Get a new access token; return whether there is one. Another process may just have done it: then use that."""
        if self.session.local_file:
            return False  # the stack's file was read a moment ago, and what it has is all there is
        with store.lock():
            kept = store.load()
            if kept is not None and kept[0] == self.session and kept[1] != self._tokens:
                self._tokens = kept[1]
                return not self._tokens.expired(time.time())
            found = _renew(self.session, self._tokens)
            if found is None:
                return False
            self._tokens = found
            store.save(self.session, found)
        return True


def _renew(session: Session, tokens: Tokens) -> Tokens | None:
    if tokens.refresh is None or session.token_endpoint is None:
        return None
    from bootseal_cli.identity.issuer import post_form

    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh, "client_id": session.client_id}
    answer = post_form(session.token_endpoint, form)
    document = answer.json()
    if not answer.ok or not isinstance(document, dict):
        return None
    return from_token_answer(document, time.time(), tokens)


def _sign_in_again(session: Session) -> str:
    if session.local_user:
        return f"run `bootseal local up`, or `bootseal local token {session.local_user}`, which renew it"
    return "run `bootseal login`"


@dataclass(frozen=True, slots=True)
class Access:
    """Where to call and as whom. `session` is None with `BOOTSEAL_TOKEN`: who that is only the service knows."""

    api_url: str
    credentials: GivenToken | KeptTokens
    session: Session | None


def current_access() -> Access:
    """Return how to reach the service; CliError (exit 3) where nobody is signed in."""
    given_url = os.environ.get(config.ENV_API_URL)
    token = os.environ.get(config.ENV_TOKEN)
    if token:
        return Access(_address_for_token(given_url), GivenToken(_one_line(token)), None)
    kept = store.load()
    if kept is None:
        raise CliError(f"not signed in; {_SIGN_IN}", EXIT_NOT_ALLOWED)
    session, tokens = _as_the_local_stack_is_now(*kept)
    _check_same_service(given_url, session)
    return Access(session.api_url, KeptTokens(session, tokens), session)


def _as_the_local_stack_is_now(session: Session, tokens: Tokens) -> tuple[Session, Tokens]:
    """Return a sign-in at the local stack with the address and token its file has now: `local up` may change both."""
    if not session.local_file or not session.local_user:
        return session, tokens
    try:
        stack = config.read_local_stack(Path(session.local_file))
        address, token = stack.api_url(), stack.token(session.local_user)
    except CliError:
        return session, tokens
    if not is_loopback(address):
        return session, tokens
    return replace(session, api_url=checked_base(address, "api_url")), Tokens(token, None, expiry_of(token))


def _address_for_token(given_url: str | None) -> str:
    if given_url:
        return checked_base(given_url, config.ENV_API_URL)
    kept = store.load()
    if kept is None:
        raise CliError(f"{config.ENV_TOKEN} is set but no address; set {config.ENV_API_URL} too", EXIT_NOT_ALLOWED)
    return kept[0].api_url


def _one_line(token: str) -> str:
    stripped = token.strip()
    if not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise CliError(f"{config.ENV_TOKEN} does not hold one token; check how it was set", EXIT_NOT_ALLOWED)
    return stripped


def _check_same_service(given_url: str | None, session: Session) -> None:
    """Refuse to send the tokens of one service to another."""
    if given_url and checked_base(given_url, config.ENV_API_URL) != session.api_url:
        raise CliError(
            f"{config.ENV_API_URL} is not the service you are signed in to ({session.api_url}); "
            "run `bootseal login` for it, or unset the variable",
            EXIT_NOT_ALLOWED,
        )
