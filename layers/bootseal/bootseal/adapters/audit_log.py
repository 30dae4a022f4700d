"""Reading the audit trail: the `AuditLog` port."""

from collections.abc import Sequence
from dataclasses import dataclass

from bootseal.adapters import shards
from bootseal.adapters.audit_rows import audit_key
from bootseal.adapters.newest import newest, place
from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.audit_model import Action, AuditEvent
from bootseal.errors import IntegrityError
from bootseal.model import Scope, parse_scope_key
from bootseal.timeline import Batch, Entry, Source, Span


@dataclass(frozen=True, slots=True)
class TableAuditLog:
    """Finds audit entries."""

    table: Table

    def everything(self, org: str) -> Source[AuditEvent]:
        """All entries of an org."""
        return _Indexed(self.table, org, "gsi3", shards.acts_of_org(org))

    def of_actor(self, org: str, actor: str) -> Source[AuditEvent]:
        """What one actor did."""
        return _Indexed(self.table, org, "gsi1", shards.acts_of_actor(org, actor))

    def of_action(self, org: str, action: Action) -> Source[AuditEvent]:
        """Everything of one kind."""
        return _Indexed(self.table, org, "gsi4", shards.acts_of_kind(org, str(action)))

    def of_secret(self, org: str, scope: Scope, env_name: str) -> Source[AuditEvent]:
        """What was done to one secret."""
        changes = shards.changes_of_secret(org, scope, env_name)
        return _Indexed(self.table, org, "gsi2", (changes, *shards.uses_of_secret(org, scope, env_name)))

    def changes(self, org: str, scope: Scope, env_name: str) -> Sequence[AuditEvent]:
        """The newest changes of one secret, newest first: one page, which holds some thousand."""
        items, _ = self.table.newest_of("gsi2", shards.changes_of_secret(org, scope, env_name), Span(), 5_000)
        return [entry.content for entry in _entries("gsi2", items, org)]


@dataclass(frozen=True, slots=True)
class _Indexed:
    table: Table
    org: str
    index: str
    partitions: tuple[str, ...]

    def batch(self, span: Span, want: int) -> Batch[AuditEvent]:
        rows = newest(self.table, self.index, self.partitions, span, want)
        return Batch(_entries(self.index, rows.items, self.org), rows.reached)


def _entries(index: str, items: Sequence[Item], org: str) -> list[Entry[AuditEvent]]:
    """The entries of rows. A row that does not lie where such an entry would is no entry: whoever put it there could
    write elsewhere only."""
    events = [(place(index, item), item, event_from(item, org)) for item in items]
    return [Entry(at, event) for at, item, event in events if item["pk"] == audit_key(event)["pk"]]


def event_from(item: Item, org: str) -> AuditEvent:
    """The entry of a row. Raises `IntegrityError`."""
    try:
        scope = item["scope"]["S"]
        return AuditEvent(
            org=org,
            time=item["time"]["S"],
            event_id=item["event_id"]["S"],
            actor=item["actor"]["S"],
            action=Action(item["action"]["S"]),
            outcome=item["outcome"]["S"],
            scope=parse_scope_key(scope) if scope else None,
            name=item["name"]["S"],
            env_name=item["env_name"]["S"],
            version=item["version"]["S"],
            source_ip=item["source_ip"]["S"],
            user_agent=item["user_agent"]["S"],
            details=tuple((key, value["S"]) for key, value in item["details"]["M"].items()),
        )
    except (KeyError, ValueError, TypeError):
        raise IntegrityError("An entry of the audit trail was changed and cannot be read") from None
