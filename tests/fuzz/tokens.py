"""What says who asks: boot tokens, access tokens, the issuer's keys."""

import json
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.api_jws import PyJWS

from bootseal.adapters import jwks
from bootseal.auth import TokenVerifier
from bootseal.boot_model import hash_token, subject_of
from bootseal.errors import NotAuthenticated, TokenInvalid, Unavailable
from fuzz.bites import Bites

SIGNING = ec.derive_private_key(7, ec.SECP256R1())
WEB_KEY = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(SIGNING.public_key())), "kid": "k", "alg": "ES256"}


def boot_tokens(data: bytes) -> None:
    """A boot token names its subject, or is refused; what it names can be looked for."""
    bites = Bites(data)
    text = bites.choice(("", "bsl1_" + "A" * 43 + ".")) + bites.rest().decode("latin-1")
    try:
        subject = subject_of(text)
    except TokenInvalid:
        return
    assert len(hash_token(text)) == 64
    assert "#" not in subject.org + "".join(scope.key for scope in subject.scopes)


class _Keys:
    def key(self, key_id: str) -> jwt.PyJWK:
        if key_id != "k":
            raise NotAuthenticated
        return jwt.PyJWK(WEB_KEY)


VERIFIER = TokenVerifier("https://issuer.example", ("app",), "org", _Keys())


def access_tokens(data: bytes) -> None:
    """A token of any header and payload, signed by the issuer or by nobody: an identity, or `NotAuthenticated`."""
    bites = Bites(data)
    signed = bites.byte() % 4
    text = bites.rest().decode("latin-1")
    if signed:
        header, _, payload = text.partition("\n")
        extra = {"kid": "k", **_object(header)}
        claims = {"iss": "https://issuer.example", "exp": 4_102_444_800, "sub": "alice", "aud": "app", "org": "acme"}
        body = json.dumps({**claims, **_object(payload)}).encode() if signed > 1 else payload.encode()
        extra.pop("alg", None)
        extra.pop("b64", None)
        try:
            text = PyJWS().encode(body, SIGNING, "ES256", extra)
        except (TypeError, ValueError, jwt.PyJWTError, AttributeError):
            return  # No such token can be made.
    try:
        identity = VERIFIER.identify(f"Bearer {text}")
    except NotAuthenticated:
        return
    assert signed
    assert "#" not in identity.org + identity.user
    assert all(isinstance(part, str) for part in identity.context().values())


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def key_sets(data: bytes) -> None:
    """What an issuer gives out as its keys: keys that verify, or `Unavailable`."""
    document = Bites(data).json()
    try:
        found = jwks._signing_keys(document)
    except Unavailable:
        return
    assert all(key.key_type != "oct" for key in found.values())


TOKENS: dict[str, Callable[[bytes], None]] = {
    "boot_tokens": boot_tokens,
    "access_tokens": access_tokens,
    "key_sets": key_sets,
}
