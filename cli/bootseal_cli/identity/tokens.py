"""Tokens and the session they belong to. Tokens hide themselves from `repr`, so no message can hold one by accident."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXPIRY_MARGIN_SECONDS = 60
"""A token this close to its end is renewed: it must still be good when the service looks at it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an issuer handed out. `expires_at` is epoch seconds, None where the issuer does not say."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: int | None = None

    def expired(self, now: float) -> bool:
        """Whether the access token has ended, or is about to."""
        return self.expires_at is not None and now >= self.expires_at - EXPIRY_MARGIN_SECONDS


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: which service, as whom, and how its tokens are renewed. Nothing in it is secret.

    `issuer`, `client_id` and `token_endpoint` are those of the OIDC sign-in, or None for a token of the local stack;
    then `local_file` and `local_user` say where the token came from.
    """

    api_url: str
    org: str
    user: str
    issuer: str | None = None
    client_id: str | None = None
    token_endpoint: str | None = None
    revocation_endpoint: str | None = None
    local_file: str | None = None
    local_user: str | None = None


def from_token_answer(answer: Mapping[str, Any], now: float, earlier: Tokens | None = None) -> Tokens | None:
    """Return the tokens of a token endpoint's answer (RFC 6749 section 5.1), or None where it is not one.

    An issuer that does not rotate refresh tokens leaves the field out: the one of `earlier` then stays.
    """
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        return None
    refresh = answer.get("refresh_token") or (earlier.refresh if earlier else None)
    lasts = answer.get("expires_in")
    expires_at = int(now + lasts) if isinstance(lasts, int | float) else expiry_of(access)
    return Tokens(access, refresh if isinstance(refresh, str) else None, expires_at)


def expiry_of(token: str) -> int | None:
    """Return the `exp` claim of a JWT, or None where it has none.

    Nothing is verified: it only tells when asking is pointless; the service decides what the token is worth.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return int(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
