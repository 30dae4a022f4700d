"""What the services need from outside, as small protocols. `adapters` implement them; tests may too.

Every method raises only `BootsealError`s: `Throttled` and `Unavailable` where AWS cannot answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import BootToken, Receipt, ReceiptEntry
from bootseal.environment_model import Environment
from bootseal.import_ports import IdempotencyRecord
from bootseal.model import Scope, ScopeKey, Secret
from bootseal.signing import Verifier
from bootseal.timeline import Source


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


class ScopeKeyStore(Protocol):
    """Scope key rows."""

    def keys(self, org: str, scope: Scope) -> Sequence[ScopeKey]:
        """All keys of a scope, oldest first. Strongly consistent, complete."""
        ...

    def add_key(self, key: ScopeKey, event: AuditEvent) -> bool:
        """Store a new key and note its scope; False where one of that generation is there (somebody was first)."""
        ...


class SecretReader(Protocol):
    """Reads secrets."""

    def get(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """The current version, strongly consistent; None where there is none."""
        ...

    def page(self, org: str, scope: Scope, after: str, limit: int) -> Sequence[Secret]:
        """Up to `limit` secrets with env names after `after`, in their order, without ciphertext. Fewer: the end."""
        ...

    def last_injected(self, org: str, scope: Scope) -> Mapping[str, str]:
        """When each variable of the scope was last injected, to five minutes, as far as recent boots tell."""
        ...

    def scopes(self, org: str) -> Sequence[Scope]:
        """Every scope of the org that ever held a secret, private ones included."""
        ...


class SecretWriter(Protocol):
    """Changes secrets. Every change is one transaction with its audit entry, conditional on what it replaces."""

    def create(
        self, secret: Secret, events: Sequence[AuditEvent], idempotency: IdempotencyRecord | None = None
    ) -> None:
        """Store the first version. Raises `NameConflict` where the scope has one of that env name."""
        ...

    def replace(self, old: Secret, new: Secret, dropped: Sequence[str], event: AuditEvent) -> None:
        """Put `new` in the place of `old`, keep `old` among the superseded and remove the `dropped` versions.

        Raises `VersionMismatch` where `old` is no longer the current version.
        """
        ...

    def reseal(self, old: Secret, new: Secret) -> None:
        """Put `new`, the same version sealed to another key, in the place of `old`. Raises `VersionMismatch`."""
        ...

    def delete(self, secret: Secret, event: AuditEvent) -> None:
        """Remove every version. Raises `VersionMismatch` where `secret` is no longer the current version."""
        ...


class HistoryReader(Protocol):
    """Reads versions of secrets."""

    def get(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """The current version, strongly consistent; None where there is none."""
        ...

    def history(self, org: str, scope: Scope, env_name: str) -> Sequence[Secret]:
        """The current version and the kept older ones, newest first, without ciphertext; empty without a secret."""
        ...

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version, with its ciphertext."""
        ...


class RotationReader(Protocol):
    """What a rotation of a scope's key reads."""

    def get(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """The current version, strongly consistent; None where there is none."""
        ...

    def sealed_to_others(self, org: str, scope: Scope, key_id: str) -> Sequence[str]:
        """The env names of all current secrets that are sealed to another key than that one."""
        ...


class RemovalStore(Protocol):
    """What a user's removal leaves and clears."""

    def note_removal(self, org: str, scope: Scope, moment: int, event: AuditEvent) -> None:
        """Note in the user's scope when it was removed (epoch seconds), with the audit entry."""
        ...

    def clear_leftovers(self, org: str, scope: Scope) -> None:
        """Remove what unfinished imports staged in the scope."""
        ...


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


class AuditWriter(Protocol):
    """Appends to the audit trail what is not part of another write."""

    def append(self, *events: AuditEvent) -> None:
        """Store entries, all or none; 100 at most."""
        ...

    def note(self, event: AuditEvent) -> bool:
        """Store one entry if that can be done, and say whether it could. Never raises: a refusal that cannot be noted
        must still be a refusal."""
        ...


class EnvironmentReader(Protocol):
    """Reads environments. Strongly consistent."""

    def current(self, org: str, name: str) -> Environment | None:
        """The environment as it is now; None where there is none, or none any more."""
        ...

    def current_version(self, org: str, name: str) -> str | None:
        """The version of `current`, for a small part of its price."""
        ...

    def at_version(self, org: str, name: str, version: str) -> Environment | None:
        """One version of its history."""
        ...

    def page(self, org: str, after: str, limit: int) -> Sequence[Environment]:
        """Up to `limit` environments with names after `after`, in their order."""
        ...

    def history(self, org: str, name: str, before: str | None, limit: int) -> Sequence[Environment]:
        """Up to `limit` versions older than `before`, newest first, deletions included."""
        ...


class EnvironmentWriter(Protocol):
    """Changes environments. Every change is one transaction with its place in the history and its audit entry."""

    def put(self, before: Environment | None, after: Environment, event: AuditEvent) -> None:
        """Put `after` in the place of `before`. Raises `VersionMismatch` where `before` is not what is there."""
        ...

    def delete(self, before: Environment, note: Environment, event: AuditEvent) -> None:
        """Remove `before` and add `note` to the history. Raises `VersionMismatch`."""
        ...


class BootLog(Protocol):
    """Finds receipts, newest first. Made anew for each request."""

    def of_user(self, org: str, user: str) -> Source[Receipt]:
        """Boots of a user's VMs."""
        ...

    def of_org(self, org: str) -> Source[Receipt]:
        """All boots."""
        ...

    def of_session(self, org: str, session_id: str) -> Source[Receipt]:
        """Boots of one session."""
        ...

    def holding(self, org: str, scope: Scope, test: Callable[[ReceiptEntry], bool]) -> Source[Receipt]:
        """Boots whose receipt has a line of `scope`, the shared one or a project's, that passes `test`."""
        ...


class AuditLog(Protocol):
    """Finds audit entries, newest first."""

    def everything(self, org: str) -> Source[AuditEvent]:
        """All entries of an org."""
        ...

    def of_actor(self, org: str, actor: str) -> Source[AuditEvent]:
        """What one actor did."""
        ...

    def of_action(self, org: str, action: Action) -> Source[AuditEvent]:
        """Everything of one kind."""
        ...

    def of_secret(self, org: str, scope: Scope, env_name: str) -> Source[AuditEvent]:
        """What was done to one secret."""
        ...

    def changes(self, org: str, scope: Scope, env_name: str) -> Sequence[AuditEvent]:
        """The newest changes of one secret, newest first."""
        ...
