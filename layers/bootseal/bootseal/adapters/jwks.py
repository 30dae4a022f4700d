"""The issuer's signing keys over HTTPS: fetched when needed, kept for a while, kept longer while the issuer is out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
import urllib3

from bootseal.errors import NotAuthenticated, Unavailable

FRESH_SECONDS: Final = 600.0
"""After this long the keys are fetched again."""

STALE_SECONDS: Final = 12 * 3600.0
"""So long the last keys serve while the issuer does not answer."""

PAUSE_SECONDS: Final = 15.0
"""Least time between two fetches, so that made-up key ids cannot make us flood the issuer."""

BODY_MAX_BYTES: Final = 262_144
"""Most that is read of a key set; a longer one does not parse."""

RSA_MIN_BITS: Final = 2_048
"""Shortest RSA key taken (RFC 7518 section 3.3)."""

TIMEOUT: Final = urllib3.Timeout(connect=1, read=2)
TRIES: Final = 2
"""At worst 6 s without an answer, below the authorizer's limit."""

_OUT: Final = "The identity provider does not give out its signing keys."

Fetch = Callable[[str], Any]


def fetch_json(url: str) -> Any:
    """The JSON document at `url`. Raises `Unavailable`."""
    # No redirect is followed: keys come from the address the operator named and from nowhere else.
    try:
        with urllib3.PoolManager(timeout=TIMEOUT, retries=urllib3.Retry(TRIES - 1, redirect=0)) as http:
            answer = http.request("GET", url, preload_content=False)
            try:
                body = answer.read(BODY_MAX_BYTES) if answer.status == 200 else b""
            finally:
                answer.close()
            return json.loads(body)
    except (urllib3.exceptions.HTTPError, ValueError, RecursionError) as error:
        raise Unavailable(_OUT) from error


@dataclass(slots=True)
class JwksCache:
    """The `KeySource` port over a JWKS URL (RFC 7517)."""

    url: str
    fetch: Fetch = fetch_json
    monotonic: Callable[[], float] = time.monotonic
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict, repr=False)
    _fetched: float = float("-inf")
    _tried: float = float("-inf")

    def key(self, key_id: str) -> jwt.PyJWK:
        """The key of that id, after a fetch if it is unknown or the keys are old."""
        age = self.monotonic() - self._fetched
        if (age > FRESH_SECONDS or key_id not in self._keys) and self.monotonic() - self._tried >= PAUSE_SECONDS:
            self._refresh()
        if self.monotonic() - self._fetched > STALE_SECONDS:
            raise Unavailable(_OUT)
        if key_id not in self._keys:
            raise NotAuthenticated
        return self._keys[key_id]

    def _refresh(self) -> None:
        self._tried = self.monotonic()
        try:
            keys = _signing_keys(self.fetch(self.url))
        except Unavailable:
            if not self._keys:
                self._tried = float("-inf")  # Nothing to fall back on: the next caller tries again.
            return
        self._keys, self._fetched = keys, self.monotonic()


def _signing_keys(document: Any) -> dict[str, jwt.PyJWK]:
    try:
        found = jwt.PyJWKSet.from_dict(document).keys
    except (jwt.PyJWTError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise Unavailable("The identity provider's signing keys cannot be read.") from error
    return {key.key_id: key for key in found if isinstance(key.key_id, str) and _is_public_signing_key(key)}


def _is_public_signing_key(key: jwt.PyJWK) -> bool:
    if key.key_type == "oct" or key.public_key_use not in (None, "sig"):
        return False
    return key.key_type != "RSA" or key.key.key_size >= RSA_MIN_BITS
