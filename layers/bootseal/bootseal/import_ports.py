"""What requests that must happen once, or all or none, need from outside. The rest of the ports is in `ports`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bootseal.audit_model import AuditEvent
from bootseal.model import Scope, Secret


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """A request that was carried out: who sent it, a digest of what was asked, and what it made.

    `key` and `request_digest` are made of the caller's `Idempotency-Key` (see `bootseal.services.idempotency`), so
    that neither gives away a value. `outcome` is what else a repeated answer needs. Times are epoch seconds.
    """

    org: str
    user: str
    key: str
    request_digest: str
    scope_key: str
    env_name: str = ""
    version: str = ""
    outcome: str = ""
    made_at: int = 0
    expires_at: int = 0


class IdempotencyStore(Protocol):
    """Remembered requests. They are stored in one transaction with what they did."""

    def idempotency_record(self, org: str, user: str, key: str) -> IdempotencyRecord | None:
        """What an earlier request with this key did, if it is remembered. It may have expired."""
        ...


@dataclass(frozen=True, slots=True)
class StagedChange:
    """One secret of an import: what it replaces (None: nothing), what it becomes, and the audit entry of that."""

    old: Secret | None
    new: Secret
    event: AuditEvent


class ImportStore(Protocol):
    """Changes many secrets of one scope, all or none. In the order of the methods."""

    def current(self, org: str, scope: Scope, env_names: Iterable[str]) -> Mapping[str, Secret]:
        """The secrets there are among `env_names`."""
        ...

    def recover(self, org: str, scope: Scope) -> None:
        """Finish or clear away what an earlier import left. Raises `Throttled` where one is under way."""
        ...

    def begin(self, org: str, scope: Scope, import_id: str) -> None:
        """Take the scope for an import. Raises `VersionMismatch` where another one was first."""
        ...

    def stage(self, import_id: str, changes: Sequence[StagedChange]) -> None:
        """Store changes where nobody sees them. Raises `VersionMismatch` where what they replace has changed."""
        ...

    def commit(
        self,
        org: str,
        scope: Scope,
        import_id: str,
        changes: Sequence[StagedChange],
        event: AuditEvent,
        idempotency: IdempotencyRecord | None,
    ) -> None:
        """Make all that was staged, `changes`, visible in one write. Raises `Conflict` where it was given up."""
        ...

    def settle(self, org: str, scope: Scope, import_id: str) -> None:
        """Tidy up after a commit. Nobody sees a difference."""
        ...

    def abort(self, org: str, scope: Scope, import_id: str) -> None:
        """Give up an import and clear away what it staged. Does nothing where it has committed."""
        ...

    def committed(self, org: str, scope: Scope, import_id: str) -> bool:
        """Whether the import has committed, for one that never heard."""
        ...
