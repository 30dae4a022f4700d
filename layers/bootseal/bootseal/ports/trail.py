"""The audit trail and the list of boots."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import Receipt, ReceiptEntry
from bootseal.model import Scope
from bootseal.timeline import Source


class AuditWriter(Protocol):
    """Appends to the audit trail what is not part of another write."""

    def append(self, *events: AuditEvent) -> None:
        """Store entries, all or none; 100 at most."""
        ...

    def note(self, event: AuditEvent) -> bool:
        """Store one entry if that can be done, and say whether it could. Never raises: a refusal that cannot be noted
        must still be a refusal."""
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
