"""Reading secrets from the table: the `SecretReader` and `HistoryReader` ports.

Every read is strongly consistent and sees an import whole or not at all (see `bootseal.adapters.pending`).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bootseal.adapters import pending, rows
from bootseal.adapters.part_rows import last_injected
from bootseal.adapters.pending import HEAD, TAIL, Mark
from bootseal.adapters.rows import Item
from bootseal.adapters.scope_rows import ScopeRows, scope_rows
from bootseal.adapters.table import Table
from bootseal.errors import IntegrityError, Throttled
from bootseal.model import Scope, Secret, parse_scope_key

_TRIES: Final = 8
_WAIT_SECONDS: Final = 0.05
_ONE: Final = "pk = :pk AND sk = :sk"
_RANGE: Final = "pk = :pk AND sk BETWEEN :low AND :high"


@dataclass(frozen=True, slots=True)
class SecretReads:
    """All that reads rows of secrets."""

    table: Table
    audit_days: int

    def get(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """The current version with its ciphertext."""
        key, seen = rows.secret_key(org, scope, env_name), None
        for _ in range(_TRIES):
            item = self.table.get(key)
            import_id = pending.import_of(item or {})
            if item is None or import_id is None:
                return None if item is None else rows.secret_from(item, org, scope)
            mark = self.mark(org, scope)
            # Under another import's mark this one was given up, or settled since the row was read: look again.
            if item == seen or (mark is not None and mark.import_id == import_id):
                return pending.visible(item, mark, org, scope)
            seen = item
        raise _busy()

    def page(self, org: str, scope: Scope, after: str, limit: int) -> Sequence[Secret]:
        """Up to `limit` secrets after env name `after`, without ciphertext."""
        # A space sorts below all of an env name's characters: the first text after `after` itself.
        items = self._between(
            org,
            scope,
            f"{rows.SECRET}{after} ",
            Limit=limit,
            ProjectionExpression=f"{rows.METADATA}, {pending.PENDING}, {pending.PENDING_IMPORT}",
            ExpressionAttributeNames=rows.METADATA_NAMES,
        )
        return list(islice(self._seen(org, scope, items), limit))

    def _seen(self, org: str, scope: Scope, items: Iterable[Item]) -> Iterable[Secret]:
        mark: Mark | None = None
        for item in items:
            if not item["sk"]["S"].startswith(rows.SECRET):
                continue
            if mark is None and pending.import_of(item) is not None:
                mark = self.mark(org, scope)
            secret = pending.visible(item, mark, org, scope)
            if secret is not None:
                yield secret

    def sealed_to_others(self, org: str, scope: Scope, key_id: str) -> Sequence[str]:
        """The env names of all current secrets that are sealed to another key than that one."""
        items = self._between(
            org,
            scope,
            rows.SECRET,
            ProjectionExpression=f"{rows.METADATA}, {pending.PENDING}, {pending.PENDING_IMPORT}",
            ExpressionAttributeNames=rows.METADATA_NAMES,
        )
        return [secret.env_name for secret in self._seen(org, scope, items) if secret.sealed.key_id != key_id]

    def last_injected(self, org: str, scope: Scope) -> Mapping[str, str]:
        """When each variable of the scope was last injected."""
        return last_injected(self.table, org, scope)

    def scopes(self, org: str) -> Sequence[Scope]:
        """Every scope that ever got a key."""
        items = self.table.query("pk = :pk", {":pk": {"S": scopes_pk(org)}}, ConsistentRead=True)
        try:
            return [parse_scope_key(item["sk"]["S"]) for item in items]
        except ValueError:
            raise IntegrityError("The org's list of scopes was changed outside Bootseal and is refused") from None

    def scope_rows(self, org: str, scope: Scope) -> ScopeRows:
        """Keys, current secrets and checksum of a scope: neighbours in sort order, so one Query brings all.

        Asked again where an import was committed meanwhile: what was read would hold some of it and not all.
        """
        for attempt in range(_TRIES):
            found = scope_rows(self._between(org, scope, rows.KEY), org, scope)
            if found is not None:
                return found
            time.sleep(_WAIT_SECONDS * attempt)
        raise _busy()

    def history(self, org: str, scope: Scope, env_name: str) -> Sequence[Secret]:
        """The current version and all kept older ones, newest first, without ciphertext; empty without a secret."""
        current = self.get(org, scope, env_name)
        if current is None:
            return []
        kept = {version for version, _ in current.superseded}
        older = self.table.query(
            "pk = :pk AND begins_with(sk, :versions)",
            {":pk": {"S": rows.scope_pk(org, scope)}, ":versions": {"S": f"{rows.VERSION}{env_name}#"}},
            ConsistentRead=True,
            ProjectionExpression=rows.METADATA,
            ExpressionAttributeNames=rows.METADATA_NAMES,
        )
        # What was archived or dropped since `current` was read is not of its history.
        found = {old.version: old for old in (rows.secret_from(item, org, scope) for item in older)}
        replaced = self._replaced_by_import(org, scope, env_name) if kept - found.keys() else None
        if replaced is not None:
            found[replaced.version] = replaced
        versions = [current, *(old for version, old in found.items() if version in kept)]
        return sorted(versions, key=lambda secret: secret.revision, reverse=True)

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version with its ciphertext."""
        item = self._one(rows.version_key(org, scope, env_name, version))
        if item is not None:
            return rows.secret_from(item, org, scope)
        replaced = self._replaced_by_import(org, scope, env_name)
        return replaced if replaced is not None and replaced.version == version else None

    def _replaced_by_import(self, org: str, scope: Scope, env_name: str) -> Secret | None:
        """What a committed import replaces in a row it has not settled yet: not archived, and current no more."""
        item = self._one(rows.secret_key(org, scope, env_name))
        import_id = pending.import_of(item or {})
        mark = None if import_id is None else self.mark(org, scope)
        if item is None or import_id is None or mark is None or not mark.brings(import_id):
            return None
        return pending.settled(item, org, scope)

    def mark(self, org: str, scope: Scope) -> Mark | None:
        """The mark of the scope's last import."""
        return pending.mark_from(self._one(pending.mark_key(org, scope, HEAD)))

    def _one(self, key: Item) -> Item | None:
        # A Query, not GetItem: some roles may only query, and this is rare.
        found = self.table.query(_ONE, {":pk": key["pk"], ":sk": key["sk"]}, ConsistentRead=True)
        return next(iter(found), None)

    def _between(self, org: str, scope: Scope, low: str, **options: Any) -> Iterable[Item]:
        values = {":pk": {"S": rows.scope_pk(org, scope)}, ":low": {"S": low}, ":high": {"S": TAIL}}
        return self.table.query(_RANGE, values, ConsistentRead=True, **options)


def scopes_pk(org: str) -> str:
    """The partition that lists an org's scopes."""
    return f"ORG#{org}#SCOPES"


def _busy() -> Throttled:
    return Throttled("The scope is being changed by an import right now; try again in a moment.")
