"""Rows of environments."""

from collections.abc import Sequence
from typing import Protocol

from bootseal.audit_model import AuditEvent
from bootseal.environment_model import Environment


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
