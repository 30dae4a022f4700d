"""Secrets and scope keys in the table: the `SecretReader`, `SecretWriter`, `ScopeKeyStore` and `BundleReader` ports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bootseal.adapters import rows
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.part_rows import last_injected
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.errors import NameConflict, VersionMismatch
from bootseal.model import Scope, ScopeKey, Secret, parse_scope_key
from bootseal.ports import IdempotencyRecord, ScopeContents

_NEW: Final = "attribute_not_exists(pk)"
_SAME_VERSION: Final = "version = :version AND revision = :revision"


@dataclass(frozen=True, slots=True)
class SecretStore:
    """All that touches rows of secrets and scope keys."""

    table: Table
    audit_days: int

    def get(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """The current version with its ciphertext, strongly consistent."""
        item = self.table.get(rows.secret_key(org, scope, env_name))
        return None if item is None else rows.secret_from(item, org, scope)

    def page(self, org: str, scope: Scope, after: str, limit: int) -> Sequence[Secret]:
        """Up to `limit` secrets after env name `after`, without ciphertext."""
        items = self.table.query(
            "pk = :pk AND sk BETWEEN :low AND :high",
            {
                ":pk": {"S": rows.scope_pk(org, scope)},
                # A space sorts below all of an env name's characters: the first text after `after` itself.
                ":low": {"S": f"{rows.SECRET}{after} "},
                ":high": {"S": rows.AFTER_SECRETS},
            },
            ConsistentRead=True,
            Limit=limit,
            ProjectionExpression=rows.METADATA,
            ExpressionAttributeNames=rows.METADATA_NAMES,
        )
        return [rows.secret_from(item, org, scope) for item in islice(items, limit)]

    def last_injected(self, org: str, scope: Scope) -> Mapping[str, str]:
        """When each variable of the scope was last injected."""
        return last_injected(self.table, org, scope)

    def scopes(self, org: str) -> Sequence[Scope]:
        """Every scope that ever got a key."""
        items = self.table.query("pk = :pk", {":pk": {"S": _scopes_pk(org)}}, ConsistentRead=True)
        return [parse_scope_key(item["sk"]["S"]) for item in items]

    def create(self, secret: Secret, event: AuditEvent, idempotency: IdempotencyRecord | None = None) -> None:
        """First version, audit entry and idempotency record, all or none."""
        operations = [self.table.put_op(rows.secret_item(secret), _NEW), self._audit(event)]
        if idempotency is not None:
            operations.append(self.table.put_op(_idempotency_item(idempotency), _NEW))
        try:
            self.table.transact(operations)
        except ConditionFailedError:
            raise NameConflict(
                f"{secret.env_name} exists in scope {secret.scope.label}; update it, or choose another name."
            ) from None

    def replace(self, old: Secret, new: Secret, dropped: Sequence[str], event: AuditEvent) -> None:
        """New version in place, old one kept, dropped ones gone, audit entry: all or none."""
        org, scope, env_name = old.org, old.scope, old.env_name
        kept = rows.version_key(org, scope, env_name, old.version)
        archive = [] if old.version in dropped else [self.table.put_op(rows.secret_item(old, kept))]
        gone = [version for version in dropped if version != old.version]
        drops = [self.table.delete_op(rows.version_key(org, scope, env_name, version)) for version in gone]
        put = self.table.put_op(rows.secret_item(new), _SAME_VERSION, **_expected(old))
        self._change([put, *archive, *drops, self._audit(event)])

    def delete(self, secret: Secret, event: AuditEvent) -> None:
        """Every version gone and the audit entry written: all or none."""
        org, scope, env_name = secret.org, secret.scope, secret.env_name
        older = [self.table.delete_op(rows.version_key(org, scope, env_name, v)) for v, _ in secret.superseded]
        current = self.table.delete_op(rows.secret_key(org, scope, env_name), _SAME_VERSION, **_expected(secret))
        self._change([current, *older, self._audit(event)])

    def idempotency_record(self, org: str, user: str, key: str) -> IdempotencyRecord | None:
        """What an earlier request with this key did."""
        item = self.table.get(_idempotency_key(org, user, key))
        return None if item is None else _idempotency_from(item, org, user, key)

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
        known = {"pk": {"S": _scopes_pk(key.org)}, "sk": {"S": key.scope.key}}
        put = self.table.put_op(rows.scope_key_item(key), _NEW)
        try:
            self.table.transact([put, self.table.put_op(known), self._audit(event)])
        except ConditionFailedError:
            return False
        return True

    def bundle(self, org: str, scope: Scope) -> ScopeContents:
        """Keys and current secrets of a scope: neighbours in sort order, so one Query brings both."""
        items = self.table.query(
            "pk = :pk AND sk BETWEEN :low AND :high",
            {":pk": {"S": rows.scope_pk(org, scope)}, ":low": {"S": rows.KEY}, ":high": {"S": rows.AFTER_SECRETS}},
            ConsistentRead=True,
        )
        return _contents(items, org, scope)

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version with its ciphertext."""
        item = self.table.get(rows.version_key(org, scope, env_name, version))
        return None if item is None else rows.secret_from(item, org, scope)

    def _change(self, operations: Sequence[dict[str, Any]]) -> None:
        try:
            self.table.transact(operations)
        except ConditionFailedError:
            raise VersionMismatch from None

    def _audit(self, event: AuditEvent) -> dict[str, Any]:
        return self.table.put_op(audit_item(event, self.audit_days))


def _expected(secret: Secret) -> dict[str, Any]:
    values = {":version": {"S": secret.version}, ":revision": {"N": str(secret.revision)}}
    return {"ExpressionAttributeValues": values}


def _contents(items: Iterator[rows.Item], org: str, scope: Scope) -> ScopeContents:
    keys, secrets = [], []
    for item in items:
        if item["sk"]["S"].startswith(rows.KEY):
            keys.append(rows.scope_key_from(item, org, scope))
        elif item["sk"]["S"].startswith(rows.SECRET):
            secrets.append(rows.secret_from(item, org, scope))
    return ScopeContents(scope, secrets, keys)


def _scopes_pk(org: str) -> str:
    return f"ORG#{org}#SCOPES"


def _idempotency_key(org: str, user: str, key: str) -> dict[str, Any]:
    return {"pk": {"S": f"ORG#{org}#IDEMPOTENCY#{user}"}, "sk": {"S": key}}


def _idempotency_item(record: IdempotencyRecord) -> dict[str, Any]:
    return {
        **_idempotency_key(record.org, record.user, record.key),
        "request_digest": {"S": record.request_digest},
        "scope": {"S": record.scope_key},
        "env_name": {"S": record.env_name},
        "version": {"S": record.version},
        "expires_at": {"N": str(record.expires_at)},
    }


def _idempotency_from(item: rows.Item, org: str, user: str, key: str) -> IdempotencyRecord:
    return IdempotencyRecord(
        org=org,
        user=user,
        key=key,
        request_digest=item["request_digest"]["S"],
        env_name=item["env_name"]["S"],
        scope_key=item["scope"]["S"],
        version=item["version"]["S"],
        expires_at=int(item["expires_at"]["N"]),
    )
