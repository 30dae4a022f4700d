"""Secrets and scope keys in the table: the `SecretWriter`, `ScopeKeyStore` and reading ports."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from bootseal.adapters import pending, rows
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.checksum import change_op, checksum_from, checksum_key, recount_op, term, total_of
from bootseal.adapters.holders import Held, Hold, Holders
from bootseal.adapters.idempotency_rows import idempotency_from, idempotency_key, idempotency_op
from bootseal.adapters.secret_reads import SecretReads, scopes_pk
from bootseal.adapters.settling import settle_ops
from bootseal.adapters.table import ConditionFailedError
from bootseal.audit_model import AuditEvent
from bootseal.errors import NameConflict, VersionMismatch
from bootseal.import_ports import IdempotencyRecord
from bootseal.model import Scope, ScopeKey, Secret

_NEW: Final = "attribute_not_exists(pk)"
_NOTHING_YET: Final = "attribute_not_exists(version) AND pending_import = :import"
# The key id beside the version: a rotation of the scope's key seals a version anew without making another.
_SAME_VERSION: Final = "version = :version AND revision = :revision AND key_id = :key_id"
_FREE: Final = f"{_SAME_VERSION} AND attribute_not_exists(pending_import)"
_HELD: Final = f"{_SAME_VERSION} AND pending_import = :import"
_STAGED: Final = "pending_import = :import"

Operations = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SecretStore(SecretReads):
    """All that touches rows of secrets and scope keys, imports apart."""

    def create(
        self, secret: Secret, events: Sequence[AuditEvent], idempotency: IdempotencyRecord | None = None
    ) -> None:
        """First version, audit entries and idempotency record, all or none."""
        rest = [self._counted(secret, term(secret)), *(self._audit(event) for event in events)]
        if idempotency is not None:
            rest.append(idempotency_op(self.table, idempotency))
        try:
            self._write(secret, lambda held: [*self._first(secret, held), *rest])
        except ConditionFailedError:
            raise NameConflict(
                f"{secret.env_name} exists in scope {secret.scope.label}; update it, or choose another name."
            ) from None

    def _first(self, secret: Secret, held: Held | None) -> Operations:
        item = rows.secret_item(secret)
        if held is None:
            return [self.table.put_op(item, _NEW)]
        if held.hold is Hold.COMMITTED:
            raise ConditionFailedError  # What the import staged is a secret by now.
        put = self.table.put_op(item, _NOTHING_YET, ExpressionAttributeValues=held.staged_here)
        return [put, *self._give_up(secret, held)]

    def replace(self, old: Secret, new: Secret, dropped: Sequence[str], event: AuditEvent) -> None:
        """New version in place, old one kept, dropped ones gone, audit entry: all or none."""
        org, scope, env_name = old.org, old.scope, old.env_name
        kept = rows.version_key(org, scope, env_name, old.version)
        archive = [] if old.version in dropped else [self.table.put_op(rows.secret_item(old, kept))]
        gone = [version for version in dropped if version != old.version]
        drops = [self.table.delete_op(rows.version_key(org, scope, env_name, version)) for version in gone]
        rest = [*archive, *drops, self._counted(old, term(new) - term(old)), self._audit(event)]
        self._change(old, lambda held: [*self._put(old, new, held), *rest])

    def reseal(self, old: Secret, new: Secret) -> None:
        """The same version sealed to another key. Raises `VersionMismatch` where `old` is not current any more."""
        counted = self._counted(old, term(new) - term(old))
        self._change(old, lambda held: [*self._put(old, new, held), counted])

    def _put(self, old: Secret, new: Secret, held: Held | None) -> Operations:
        if held is not None and held.hold is Hold.COMMITTED:
            self.table.transact(settle_ops(self.table, held.item))
            held = None
        put = self.table.put_op(rows.secret_item(new), _condition(held), **_expected(old, held))
        return [put, *self._give_up(old, held)]

    def delete(self, secret: Secret, event: AuditEvent) -> None:
        """Every version gone and the audit entry written: all or none."""
        org, scope, env_name = secret.org, secret.scope, secret.env_name
        older = [self.table.delete_op(rows.version_key(org, scope, env_name, v)) for v, _ in secret.superseded]
        rest = [*older, self._counted(secret, -term(secret)), self._audit(event)]
        self._change(secret, lambda held: [*self._gone(secret, held), *rest])

    def _gone(self, secret: Secret, held: Held | None) -> Operations:
        key = rows.secret_key(secret.org, secret.scope, secret.env_name)
        if held is None or held.hold is not Hold.COMMITTED:
            delete = self.table.delete_op(key, _condition(held), **_expected(secret, held))
            abandoned = held is not None and held.hold is Hold.ABANDONED
            marks = self._holders.unmark_ops(secret.org, secret.scope, held.import_id) if held and abandoned else []
            return [delete, *marks]
        # The import's own change is deleted before its row was settled: nothing is put, so this role may do it.
        staged = pending.staged_in(held.item)
        if staged.row["version"] != {"S": secret.version}:
            raise VersionMismatch
        delete = self.table.delete_op(key, _STAGED, ExpressionAttributeValues=held.staged_here)
        return [delete, self.table.put_op(staged.audit)]

    def recount(self, org: str, scope: Scope) -> None:
        """Put a wrong checksum of the scope right, unless something is being changed right now."""
        key = checksum_key(org, scope)
        before = self.table.get(key)
        total = total_of(self.scope_rows(org, scope).contents.secrets)
        known = checksum_from(before)
        if known is None or known.total != total:
            with suppress(ConditionFailedError):
                self.table.transact([recount_op(self.table, org, scope, before, total)])

    def idempotency_record(self, org: str, user: str, key: str) -> IdempotencyRecord | None:
        """What an earlier request with this key did."""
        item = self.table.get(idempotency_key(org, user, key))
        return None if item is None else idempotency_from(item, org, user, key)

    def keys(self, org: str, scope: Scope) -> Sequence[ScopeKey]:
        """All keys of the scope, oldest first."""
        items = self.table.query(
            "pk = :pk AND begins_with(sk, :key)",
            {":pk": {"S": rows.scope_pk(org, scope)}, ":key": {"S": rows.KEY}},
            ConsistentRead=True,
        )
        return [rows.scope_key_from(item, org, scope) for item in items]

    def add_key(self, key: ScopeKey, event: AuditEvent) -> bool:
        """The key, the org's note that the scope exists, and the audit entry: all or none."""
        known = {"pk": {"S": scopes_pk(key.org)}, "sk": {"S": key.scope.key}}
        put = self.table.put_op(rows.scope_key_item(key), _NEW)
        try:
            self.table.transact([put, self.table.put_op(known), self._audit(event)])
        except ConditionFailedError:
            return False
        return True

    @property
    def _holders(self) -> Holders:
        return Holders(self.table, self)

    def _write(self, secret: Secret, build: Callable[[Held | None], Operations]) -> None:
        """Carry out what `build` gives; once more, if an import that is over had staged something in the row."""
        try:
            self.table.transact(build(None))
        except ConditionFailedError:
            held = self._holders.of(secret.org, secret.scope, secret.env_name)
            if held is None:
                raise
            self.table.transact(build(held))

    def _change(self, secret: Secret, build: Callable[[Held | None], Operations]) -> None:
        try:
            self._write(secret, build)
        except ConditionFailedError:
            raise VersionMismatch from None

    def _give_up(self, secret: Secret, held: Held | None) -> Operations:
        if held is None or held.hold is not Hold.ABANDONED:
            return []
        return self._holders.give_up_ops(secret.org, secret.scope, held.import_id)

    def _counted(self, secret: Secret, delta: int) -> dict[str, Any]:
        return change_op(self.table, secret.org, secret.scope, delta)

    def _audit(self, event: AuditEvent) -> dict[str, Any]:
        return self.table.put_op(audit_item(event, self.audit_days))


def _condition(held: Held | None) -> str:
    return _FREE if held is None else _HELD


def _expected(secret: Secret, held: Held | None) -> dict[str, Any]:
    values = {
        ":version": {"S": secret.version},
        ":revision": {"N": str(secret.revision)},
        ":key_id": {"S": secret.sealed.key_id},
    }
    return {"ExpressionAttributeValues": values | ({} if held is None else held.staged_here)}
