"""What is signed of a boot token's row, so that nobody who can only write the table can make one.

One KMS signature a launch would meet the asymmetric keys' request quota long before anything else. So the function that
issues tokens makes a short-lived Ed25519 key of its own, has KMS sign that key's public half once, and signs tokens
with it. A row carries both, and a boot checks both locally: no KMS call more than it makes anyway.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bootseal.boot_model import TTL_MAX_SECONDS, BootToken
from bootseal.encoding import length_prefixed, optional
from bootseal.errors import IntegrityError
from bootseal.ports import Signer
from bootseal.signing import Verifier

ISSUER_SECONDS: Final = 3_600
"""How long an issuer's key signs tokens."""

_KEY, _UNTIL, _SIGNATURE = 32, 8, 64
_REFUSED: Final = "The boot token's row was changed outside Bootseal and is refused"


class TokenProver(Protocol):
    """Signs tokens."""

    def prove(self, token: BootToken) -> bytes:
        """The proof that goes into the token's row."""
        ...


def token_statement(table_label: str, token: BootToken) -> bytes:
    """What is signed of a token's row: everything but which VM used it."""
    subject = token.subject
    requirements = b"" if token.requirements is None else msgspec.json.encode(token.requirements)
    return length_prefixed(
        (
            b"bootseal/v1/boot-token",
            table_label.encode(),
            token.token_hash.encode(),
            subject.org.encode(),
            subject.user.encode(),
            optional(subject.project),
            optional(subject.environment),
            token.session_id.encode(),
            token.vm_id.encode(),
            hashlib.sha256(requirements).digest(),
            str(token.issued_at).encode(),
            token.issued_by.encode(),
            str(token.expires_at).encode(),
        )
    )


def issuer_statement(table_label: str, public_key: bytes, until: bytes) -> bytes:
    """What KMS signs of an issuer's key: that it may sign tokens of this table until then."""
    return length_prefixed((b"bootseal/v1/token-issuer", table_label.encode(), public_key, until))


@dataclass(frozen=True, slots=True)
class _Issuer:
    private_key: Ed25519PrivateKey = field(repr=False)
    until: int
    head: bytes
    vouched: bytes


@dataclass(slots=True)
class TokenSigner:
    """The `TokenProver` of the function that issues tokens. Makes its key at the first token, never at import."""

    signer: Signer
    table_label: str
    _issuer: _Issuer | None = field(default=None, repr=False)

    def prove(self, token: BootToken) -> bytes:
        """The issuer's key and until when it holds, its signature over the token, and KMS's over the key."""
        issuer = self._issuer
        if issuer is None or token.issued_at > issuer.until:
            issuer = self._issuer = self._made(token.issued_at)
        return issuer.head + issuer.private_key.sign(token_statement(self.table_label, token)) + issuer.vouched

    def _made(self, now: int) -> _Issuer:
        private = Ed25519PrivateKey.generate()
        public, until = private.public_key().public_bytes_raw(), now + ISSUER_SECONDS
        vouched = self.signer.sign(issuer_statement(self.table_label, public, until.to_bytes(_UNTIL, "big")))
        return _Issuer(private, until, public + until.to_bytes(_UNTIL, "big"), vouched)


def check_proof(verifier: Verifier, table_label: str, token: BootToken) -> None:
    """Raise `IntegrityError` unless a token's row is as an issuer of ours signed it, in that issuer's time."""
    head, rest = token.proof[: _KEY + _UNTIL], token.proof[_KEY + _UNTIL :]
    public_key, until = head[:_KEY], head[_KEY:]
    verifier.verify(issuer_statement(table_label, public_key, until), rest[_SIGNATURE:], "The boot token's row")
    try:
        signature, statement = rest[:_SIGNATURE], token_statement(table_label, token)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        raise IntegrityError(_REFUSED) from None
    ends = int.from_bytes(until, "big")
    in_time = ends - ISSUER_SECONDS <= token.issued_at <= ends
    if not in_time or token.expires_at - token.issued_at > TTL_MAX_SECONDS:
        raise IntegrityError(_REFUSED)
