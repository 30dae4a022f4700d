"""What a boot reads and leaves: tokens, the contents of scopes, receipts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

    def calls(self, org: str, scopes: Sequence[Scope]) -> Sequence[Callable[[], "Mapping[Scope, ScopeContents]"]]:
        """What to ask at once, with whatever else there is to ask: together they give `scopes` as they are now, but
        for those that have changed since they were last read. Those are for `bundle`.
        """
        ...

    def bundle(self, org: str, scope: Scope) -> "ScopeContents":
        """All current secrets and keys of a scope. Strongly consistent, complete, or an error."""
        ...

    def forget(self, org: str, scopes: Sequence[Scope]) -> None:
        """Read `scopes` anew next time: something in them did not verify."""
        ...

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version, with its ciphertext."""
        ...


Resealed = dict[str, tuple[Secret, bytes]]
"""Values of kept secrets, by env name, each with the very secret it was opened from. See `MemorySeal`."""


@dataclass(frozen=True, slots=True)
class ScopeContents:
    """One scope as a boot reads it, not yet verified.

    `removed_at`: when the secrets of the scope's user were removed (epoch seconds, 0 for never). Boot tokens issued
    until then are cancelled. `proven` grows: rows whose signature was found good, by env name or key id, so that
    contents that serve several boots are verified once. Only the very object that lies there is proven. `resealed`
    grows likewise where contents are kept: values that were opened, sealed again for the memory of this process.
    """

    scope: Scope
    secrets: Sequence[Secret]
    keys: Sequence[ScopeKey]
    removed_at: int = 0
    proven: dict[str, Secret | ScopeKey] = field(default_factory=dict, compare=False, repr=False)
    resealed: Resealed | None = field(default=None, compare=False, repr=False)


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
