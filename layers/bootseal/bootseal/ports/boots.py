"""What a boot reads and leaves: tokens, the contents of scopes, receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bootseal.audit_model import AuditEvent
from bootseal.boot_model import BootToken, Receipt
from bootseal.model import Scope, ScopeKey, Secret


class TokenStore(Protocol):
    """Boot token rows."""

    def add(self, token: BootToken, event: AuditEvent) -> None:
        """Store a new token with its audit entry."""
        ...

    def use(self, token_hash: str, public_key: bytes, now: int) -> "TokenUse":
        """Bind the token to `public_key` (empty: none) if it is unused and alive, in one conditional write."""
        ...


@dataclass(frozen=True, slots=True)
class TokenUse:
    """What became of a token's use: the token as it is now, if there is one, and whether this use was its first."""

    token: BootToken | None
    first: bool


class BundleReader(Protocol):
    """What a boot reads."""

    def bundle(self, org: str, scope: Scope) -> "ScopeContents":
        """All current secrets and keys of a scope. Strongly consistent, complete, or an error."""
        ...

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version, with its ciphertext."""
        ...


@dataclass(frozen=True, slots=True)
class ScopeContents:
    """One scope as a boot reads it, not yet verified.

    `removed_at`: when the secrets of the scope's user were removed (epoch seconds, 0 for never). Boot tokens issued
    until then are cancelled.
    """

    scope: Scope
    secrets: Sequence[Secret]
    keys: Sequence[ScopeKey]
    removed_at: int = 0


class ReceiptStore(Protocol):
    """Receipts of boots."""

    def put(self, receipt: Receipt) -> Receipt:
        """Store a receipt unless its token has one; return the one that is stored."""
        ...

    def keep_parts(self, receipt: Receipt) -> None:
        """Complete a stored receipt whose boot may have failed while it was written."""
        ...

    def get(self, org: str, session_id: str, token_hash: str) -> Receipt | None:
        """The receipt of a token's boot, strongly consistent."""
        ...
