"""Imports in the table: the `ImportStore` port. All or nothing for more rows than one transaction takes.

Begin (mark), stage (rows, invisible), commit (mark: now all of it is visible), settle (rows), done (mark). What a crash
leaves and how it heals is in docs/adr/0010; `recover` does the healing a scope's next import starts with.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bootseal.adapters import pending, rows
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.checksum import change_op, term
from bootseal.adapters.holders import STILL_STAGING, Hold, Holders, hold_of, staging
from bootseal.adapters.idempotency_rows import idempotency_op
from bootseal.adapters.pending import HEAD, TAIL, Mark, Stage, Staged
from bootseal.adapters.rows import Item
from bootseal.adapters.secret_reads import SecretReads
from bootseal.adapters.settling import grouped, settle
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.errors import Conflict, Throttled, VersionMismatch
from bootseal.import_ports import IdempotencyRecord, StagedChange
from bootseal.model import Scope, Secret
from bootseal.parallel import together

WAIT_SECONDS: Final = 8.0
"""How long an import waits for another one into the same scope."""

_POLL_SECONDS: Final = 0.2
_IDLE: Final = "attribute_not_exists(pk) OR stage IN (:done, :aborted)"
_OURS: Final = "import_id = :import"
_FREE_ROW: Final = "attribute_not_exists(pk)"
_SAME_ROW: Final = (
    "version = :version AND revision = :revision AND key_id = :key_id AND attribute_not_exists(pending_import)"
)
_STAGE: Final = "SET pending = :pending, pending_import = :import"
_ROW_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class TableImportStore:
    """Rows of imports."""

    table: Table
    reads: SecretReads
    audit_days: int

    def current(self, org: str, scope: Scope, env_names: Iterable[str]) -> Mapping[str, Secret]:
        """The secrets there are among `env_names`, each with its ciphertext."""
        items = self.table.get_many([rows.secret_key(org, scope, name) for name in env_names])
        found = [self._seen(item, org, scope) for item in items.values()]
        return {secret.env_name: secret for secret in found if secret is not None}

    def _seen(self, item: Item, org: str, scope: Scope) -> Secret | None:
        if pending.import_of(item) is None:
            return rows.secret_from(item, org, scope)
        return self.reads.get(org, scope, item["sk"]["S"].removeprefix(rows.SECRET))

    def recover(self, org: str, scope: Scope) -> None:
        """Finish an import that committed, clear away one that was given up, wait for one that is under way."""
        give_up = time.monotonic() + WAIT_SECONDS
        while (mark := self.reads.mark(org, scope)) is not None and mark.stage in (Stage.STAGING, Stage.COMMITTED):
            hold = hold_of(mark, mark.import_id)
            if hold is Hold.COMMITTED:
                self.settle(org, scope, mark.import_id)
            elif hold is Hold.ABANDONED:
                self.abort(org, scope, mark.import_id)
            elif time.monotonic() > give_up:
                raise Throttled("Another import into this scope is under way; try again in a moment.")
            else:
                time.sleep(_POLL_SECONDS)

    def begin(self, org: str, scope: Scope, import_id: str) -> None:
        """Take the scope for an import. Raises `VersionMismatch` where another one was first."""
        idle = {":done": {"S": str(Stage.DONE)}, ":aborted": {"S": str(Stage.ABORTED)}}
        self._marked(org, scope, import_id, Stage.STAGING, _IDLE, {"ExpressionAttributeValues": idle})

    def stage(self, import_id: str, changes: Sequence[StagedChange]) -> None:
        """Write each change into the row it will replace, where nobody sees it. Raises `VersionMismatch`."""
        work = [self._staging(import_id, change) for change in changes]
        together([partial(self._stage_group, group) for group in grouped(work)])

    def _staging(self, import_id: str, change: StagedChange) -> tuple[list[Any], int]:
        row = {name: value for name, value in rows.secret_item(change.new).items() if name not in ("pk", "sk")}
        blob = pending.packed(Staged(row, audit_item(change.event, self.audit_days)))
        staged = {":pending": {"B": blob}, ":import": {"S": import_id}}
        new, old = change.new, change.old
        key = rows.secret_key(new.org, new.scope, new.env_name)
        if old is None:
            item = {**key, pending.PENDING: staged[":pending"], pending.PENDING_IMPORT: staged[":import"]}
            return [self.table.put_op(item, _FREE_ROW)], len(blob) + _ROW_BYTES
        update = self.table.update_op(key, _STAGE, _SAME_ROW, {**staged, **_values(old)})
        return [update], len(blob) + len(old.sealed.ciphertext) + _ROW_BYTES

    def _stage_group(self, group: Sequence[list[Any]]) -> None:
        operations = [operation for operations in group for operation in operations]
        try:
            self.table.transact(operations)
        except ConditionFailedError:
            self._stage_after_clearing(operations)

    def _stage_after_clearing(self, operations: Sequence[Any]) -> None:
        """Once more, without what an import that was given up left in these rows."""
        for key in map(_key_of, operations):
            item = self.table.get(key)
            if item is not None and pending.PENDING_IMPORT in item:
                self._discard(item)
        try:
            self.table.transact(operations)
        except ConditionFailedError:
            raise VersionMismatch from None

    def commit(
        self,
        org: str,
        scope: Scope,
        import_id: str,
        changes: Sequence[StagedChange],
        event: AuditEvent,
        idempotency: IdempotencyRecord | None,
    ) -> None:
        """The one write that makes all of it visible. Raises `Conflict` where the import was given up meanwhile."""
        # What is staged holds from now on and not before, so this is where it is counted; settling changes nothing.
        delta = sum(term(change.new) - (term(change.old) if change.old else 0) for change in changes)
        more = [change_op(self.table, org, scope, delta), self.table.put_op(audit_item(event, self.audit_days))]
        if idempotency is not None:
            more.append(idempotency_op(self.table, idempotency))
        try:
            self._marked(org, scope, import_id, Stage.COMMITTED, STILL_STAGING, staging(import_id), more)
        except VersionMismatch:
            raise Conflict("The import took too long and was given up; nothing was written. Try again.") from None

    def settle(self, org: str, scope: Scope, import_id: str) -> None:
        """Make every row what was staged in it, and note that it is done."""
        settle(self.table, self._staged_rows(org, scope, import_id))
        ours = {"ExpressionAttributeValues": {":import": {"S": import_id}}}
        with suppress(VersionMismatch):  # Others settled it as well, and the scope is already the next import's.
            self._marked(org, scope, import_id, Stage.DONE, _OURS, ours)

    def abort(self, org: str, scope: Scope, import_id: str) -> None:
        """Give up an import that has not committed, and take away what it staged."""
        try:
            self.table.transact(Holders(self.table, self.reads).give_up_ops(org, scope, import_id))
        except ConditionFailedError:
            return  # Somebody else has, or it did commit.
        for item in self._staged_rows(org, scope, import_id):
            self._discard(item)

    def committed(self, org: str, scope: Scope, import_id: str) -> bool:
        """Whether the scope's mark says that the import holds."""
        mark = self.reads.mark(org, scope)
        return mark is not None and mark.brings(import_id)

    def _staged_rows(self, org: str, scope: Scope, import_id: str) -> list[Item]:
        """Every row the import staged something in. Reads the whole scope."""
        items = self.table.query(
            "pk = :pk AND sk BETWEEN :low AND :high",
            {
                ":pk": {"S": rows.scope_pk(org, scope)},
                ":low": {"S": rows.SECRET},
                ":high": {"S": rows.AFTER_SECRETS},
                ":import": {"S": import_id},
            },
            ConsistentRead=True,
            FilterExpression="pending_import = :import",
        )
        return list(items)

    def _discard(self, item: Item) -> None:
        key = {"pk": item["pk"], "sk": item["sk"]}
        here = {":import": item[pending.PENDING_IMPORT]}
        if "version" in item:
            operation = self.table.update_op(key, "REMOVE pending, pending_import", "pending_import = :import", here)
        else:
            operation = self.table.delete_op(key, "pending_import = :import", ExpressionAttributeValues=here)
        try:
            self.table.transact([operation])
        except ConditionFailedError:
            return  # Somebody else has.

    def _marked(
        self,
        org: str,
        scope: Scope,
        import_id: str,
        stage: Stage,
        condition: str,
        values: Mapping[str, Any],
        more: Sequence[Any] = (),
    ) -> None:
        mark = Mark(import_id, stage, int(time.time()))
        head = self.table.put_op(pending.mark_item(org, scope, HEAD, mark), condition, **values)
        tail = self.table.put_op(pending.mark_item(org, scope, TAIL, mark))
        try:
            self.table.transact([head, tail, *more])
        except ConditionFailedError:
            raise VersionMismatch from None


def _values(old: Secret) -> dict[str, Any]:
    return {
        ":version": {"S": old.version},
        ":revision": {"N": str(old.revision)},
        ":key_id": {"S": old.sealed.key_id},
    }


def _key_of(operation: Mapping[str, Any]) -> dict[str, Any]:
    put = operation.get("Put")
    source = put["Item"] if put else operation["Update"]["Key"]
    return {"pk": source["pk"], "sk": source["sk"]}
