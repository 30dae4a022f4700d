"""Rows of secrets and of their scopes' keys."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bootseal.audit_model import AuditEvent
from bootseal.import_ports import IdempotencyRecord
from bootseal.model import Scope, ScopeKey, Secret


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

    def recount(self, org: str, scope: Scope) -> None:
        """Put right what boots use to see whether a scope has changed, where it is wrong. It never has to be right."""
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
