"""What is signed of each row, byte for byte, and how a signature is checked. Format v1, see docs/sealed-format.md.

A signature covers every field a boot relies on, so a row that was changed, or moved to another name, scope, org or
table, does not verify. Fields are length-prefixed: nothing can slide from one into the next.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from bootseal.encoding import length_prefixed, optional
from bootseal.environment_model import Environment
from bootseal.errors import IntegrityError
from bootseal.model import ScopeKey, Secret
from bootseal.sealing import SUITE_NAME

STATEMENT_MAX_BYTES: Final = 4_096
"""Most that KMS signs with MessageType RAW (KMS API reference, Sign)."""

_WRONG_KEY: Final = "the signing key is not an ECC_NIST_P256 key; check the SIGNING_KEY_ID setting"
_ECDSA: Final = ec.ECDSA(SHA256())


def secret_statement(table_label: str, secret: Secret) -> bytes:
    """What is signed of a secret row, current or superseded."""
    sealed = secret.sealed
    return length_prefixed(
        (
            b"bootseal/v1/secret",
            table_label.encode(),
            secret.org.encode(),
            secret.scope.key.encode(),
            secret.name.encode(),
            secret.env_name.encode(),
            secret.version.encode(),
            secret.value_version.encode(),
            str(secret.revision).encode(),
            sealed.key_id.encode(),
            sealed.suite.encode(),
            _flag(secret.auto_install),
            _flag(secret.instructions_safe),
            optional(sealed.hint),
            _digest(secret.description.encode()),
            secret.created_at.encode(),
            secret.created_by.encode(),
            secret.updated_at.encode(),
            secret.updated_by.encode(),
            _digest(sealed.ciphertext),
            _digest(length_prefixed(text.encode() for pair in secret.superseded for text in pair)),
        )
    )


def scope_key_statement(table_label: str, key: ScopeKey) -> bytes:
    """What is signed of a scope key row."""
    return length_prefixed(
        (
            b"bootseal/v1/scope-key",
            table_label.encode(),
            key.org.encode(),
            key.scope.key.encode(),
            key.key_id.encode(),
            SUITE_NAME.encode(),
            key.public_key,
            _digest(key.wrapped_private_key),
            key.created_at.encode(),
        )
    )


def environment_statement(table_label: str, environment: Environment) -> bytes:
    """What is signed of an environment, current or superseded: its variables go into every VM that names it."""
    return length_prefixed(
        (
            b"bootseal/v1/environment",
            table_label.encode(),
            environment.org.encode(),
            environment.name.encode(),
            environment.version.encode(),
            _flag(environment.deleted),
            _digest(environment.description.encode()),
            _digest(length_prefixed(text.encode() for pair in environment.variables for text in pair)),
            environment.created_at.encode(),
            environment.created_by.encode(),
            environment.updated_at.encode(),
            environment.updated_by.encode(),
        )
    )


class Verifier:
    """The signing key's public half. Checking is local: no KMS call a row."""

    def __init__(self, der_public_key: bytes) -> None:
        """Load a DER SubjectPublicKeyInfo as `kms:GetPublicKey` returns it. Raises `IntegrityError` if not P-256."""
        try:
            key = load_der_public_key(der_public_key)
        except (ValueError, UnsupportedAlgorithm):
            raise IntegrityError(_WRONG_KEY) from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise IntegrityError(_WRONG_KEY)
        self._key = key

    def verify(self, statement: bytes, signature: bytes, what: str) -> None:
        """Check `signature` (DER ECDSA) over `statement`. Raises `IntegrityError` naming `what`."""
        try:
            self._key.verify(signature, statement, _ECDSA)
        except InvalidSignature:
            raise IntegrityError(f"{what} was changed outside Bootseal and is refused") from None


def _flag(value: bool) -> bytes:
    return b"\x01" if value else b"\x00"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
