"""What a user's removal leaves and clears in the table: the `RemovalStore` port."""

from dataclasses import dataclass
from typing import Any, Final

from bootseal.adapters import pending, rows
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.checksum import removal_op
from bootseal.adapters.holders import Hold, Holders
from bootseal.adapters.scope_rows import REMOVED
from bootseal.adapters.secret_reads import SecretReads
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.model import Scope

NOTE_SECONDS: Final = 86_400
"""How long the note of a removal stays: far longer than any boot token that it cancels lives."""


@dataclass(frozen=True, slots=True)
class TableRemovalStore:
    """Rows of removals. They lie in the private scope's partition, so that a boot reads them with its secrets."""

    table: Table
    reads: SecretReads
    audit_days: int

    def note_removal(self, org: str, scope: Scope, moment: int, event: AuditEvent) -> None:
        """The note, the same in the scope's checksum, and the audit entry: all or none."""
        note: dict[str, Any] = {
            "pk": {"S": rows.scope_pk(org, scope)},
            "sk": {"S": REMOVED},
            "removed_at": {"N": str(moment)},
            "expires_at": {"N": str(moment + NOTE_SECONDS)},
        }
        # A boot that has the scope's rows already reads the checksum alone, so that one has to tell of it too.
        told = removal_op(self.table, org, scope, moment)
        self.table.transact([self.table.put_op(note), told, self.table.put_op(audit_item(event, self.audit_days))])

    def clear_leftovers(self, org: str, scope: Scope) -> None:
        """Delete rows in which nothing but an unfinished import's change lies."""
        items = self.table.query(
            "pk = :pk AND sk BETWEEN :low AND :high",
            {
                ":pk": {"S": rows.scope_pk(org, scope)},
                ":low": {"S": rows.SECRET},
                ":high": {"S": rows.AFTER_SECRETS},
            },
            ConsistentRead=True,
            ProjectionExpression=f"pk, sk, version, {pending.PENDING_IMPORT}",
        )
        for item in items:
            if pending.PENDING_IMPORT in item and "version" not in item:
                self._clear(org, scope, item["sk"]["S"].removeprefix(rows.SECRET))

    def _clear(self, org: str, scope: Scope, env_name: str) -> None:
        holders = Holders(self.table, self.reads)
        held = holders.of(org, scope, env_name)
        if held is None or held.hold is Hold.COMMITTED:
            return  # A secret by now: deleted like any other, by the next call.
        key, values = rows.secret_key(org, scope, env_name), held.staged_here
        delete = self.table.delete_op(key, "pending_import = :import", ExpressionAttributeValues=values)
        abandoned = held.hold is Hold.ABANDONED
        try:
            self.table.transact([delete, *(holders.unmark_ops(org, scope, held.import_id) if abandoned else [])])
        except ConditionFailedError:
            return  # Somebody else was first.
