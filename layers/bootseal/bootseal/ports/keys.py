"""The time, and keys in KMS."""

from datetime import datetime
from typing import Protocol

from bootseal.signing import Verifier


class Clock(Protocol):
    """The time. UTC, aware."""

    def now(self) -> datetime:
        """The current time."""
        ...


class Signer(Protocol):
    """Signs statements with the signing key and hands out its public half."""

    def sign(self, statement: bytes) -> bytes:
        """DER ECDSA P-256 SHA-256 signature over `statement` (at most 4,096 bytes)."""
        ...

    def verifier(self) -> Verifier:
        """Checks what `sign` made. May be cached: the key never changes."""
        ...


class KeyWrapper(Protocol):
    """Wraps a scope's private key with the seal key, bound to its org, scope and key id."""

    def wrap(self, private_key: bytes, org: str, scope_key: str, key_id: str) -> bytes:
        """The private key encrypted by KMS."""
        ...


class KeyUnwrapper(Protocol):
    """Undoes `KeyWrapper.wrap`. Only boots, resolves, clones and rotations may hold one."""

    def unwrap(self, wrapped: bytes, org: str, scope_key: str, key_id: str) -> bytes:
        """The private key. Raises `IntegrityError` where the context differs from the one it was wrapped with."""
        ...
