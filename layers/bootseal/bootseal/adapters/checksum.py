"""The checksum of a scope: one small row that tells whether its secrets are still those a boot has read before.

Every transaction that changes a scope's secrets adds to it what the change makes of the sum over all of them. The sum
does not depend on an order, so writers need not read it, and it is made of the rows themselves: rows beside which it
was read belong to it exactly if they add up to it. See docs/adr/0016.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from bootseal.adapters import rows
from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.model import Scope, Secret

CHECKSUM: Final = "MARK#CHECKSUM"
"""Sort key of the checksum: between the scope's keys and its secrets, so that a boot's Query brings it along."""

_TERM_BYTES: Final = 10
"""80 bits a secret. DynamoDB's numbers hold 38 digits and the local emulator's 28: enough for 8,000 secrets there."""

_ADD: Final = "ADD content_sum :delta, changes :one"
_REMOVED: Final = "SET removed_at = :moment ADD changes :one"
_ONE: Final[Item] = {"N": "1"}


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the row says. A scope without one was never written to, or by a release that kept none.

    `changes` counts all changes and tells two moments apart that have the same sum. `removed_at`: when the secrets of
    the scope's user were removed, in epoch seconds; 0 for never.
    """

    total: int = 0
    changes: int = 0
    removed_at: int = 0

    def is_same(self, other: "Checksum | None") -> bool:
        """Whether nothing was changed between the two."""
        return other is not None and (self.total, self.changes) == (other.total, other.changes)


def term(secret: Secret) -> int:
    """What one secret adds to the sum. A signature covers all of a row and is never made twice."""
    return int.from_bytes(hashlib.sha256(secret.signature).digest()[:_TERM_BYTES])


def total_of(secrets: Iterable[Secret]) -> int:
    """The sum over `secrets`."""
    return sum(map(term, secrets))


def checksum_key(org: str, scope: Scope) -> dict[str, Any]:
    """Where a scope's checksum lies."""
    return {"pk": {"S": rows.scope_pk(org, scope)}, "sk": {"S": CHECKSUM}}


def checksum_from(item: Item | None) -> Checksum | None:
    """The checksum of a row, or of there being none; None for a row that was changed by hand: it fits nothing."""
    if item is None:
        return Checksum()
    try:
        return Checksum(*(int(item.get(name, {"N": "0"})["N"]) for name in ("content_sum", "changes", "removed_at")))
    except (KeyError, ValueError, TypeError):
        return None


def change_op(table: Table, org: str, scope: Scope, delta: int) -> dict[str, Any]:
    """Adds a change of the scope's secrets to its checksum. For the transaction that makes the change."""
    return table.update_op(checksum_key(org, scope), _ADD, None, {":delta": {"N": str(delta)}, ":one": _ONE})


def removal_op(table: Table, org: str, scope: Scope, moment: int) -> dict[str, Any]:
    """Notes in the checksum when the user's secrets were removed. For the transaction that notes the removal."""
    values = {":moment": {"N": str(moment)}, ":one": _ONE}
    return table.update_op(checksum_key(org, scope), _REMOVED, None, values)


def recount_op(table: Table, org: str, scope: Scope, before: Item | None, total: int) -> dict[str, Any]:
    """Puts `total` in the place of a wrong sum, unless anything was changed since the row was read as `before`."""
    values: dict[str, Any] = {":total": {"N": str(total)}, ":one": _ONE}
    condition = "attribute_not_exists(changes)"
    if before is not None and "changes" in before:
        condition = "changes = :changes"
        values[":changes"] = before["changes"]
    return table.update_op(checksum_key(org, scope), "SET content_sum = :total ADD changes :one", condition, values)
