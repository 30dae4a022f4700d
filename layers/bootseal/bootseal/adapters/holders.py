"""Rows an import holds: waiting for it, or finding that it is over, so that another change may go on."""

import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from bootseal.adapters import pending, rows
from bootseal.adapters.pending import HEAD, TAIL, Mark, Stage
from bootseal.adapters.rows import Item
from bootseal.adapters.secret_reads import SecretReads
from bootseal.adapters.table import Table
from bootseal.errors import Throttled
from bootseal.model import Scope

ABANDONED_SECONDS: Final = 60
"""Age at which an import that has not committed is given up. Its function is stopped after 28 s; and should one live
longer all the same, its commit is refused, so nothing depends on clocks."""

WAIT_SECONDS: Final = 8.0
"""How long a change waits for an import that is under way."""

_POLL_SECONDS: Final = 0.1
STILL_STAGING: Final = "import_id = :import AND stage = :staging"


class Hold(Enum):
    """What became of the import that staged a change in a row."""

    DEAD = auto()
    """It was given up; what it staged is nothing."""
    ABANDONED = auto()
    """It never committed and is too old to go on, but nobody has said so yet."""
    COMMITTED = auto()
    """It holds; the row is still to be settled."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row with something staged in it, and what became of the import that did it."""

    item: Item
    import_id: str
    hold: Hold

    @property
    def staged_here(self) -> dict[str, Any]:
        """The value `:import` of a condition on this row."""
        return {":import": {"S": self.import_id}}


@dataclass(frozen=True, slots=True)
class Holders:
    """Finds out who holds a row."""

    table: Table
    reads: SecretReads

    def of(self, org: str, scope: Scope, env_name: str) -> Held | None:
        """What an import staged in the row of `env_name`, once that import is over; None where nothing is staged.

        Raises `Throttled` where the import goes on for longer than `WAIT_SECONDS`.
        """
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            item = self.table.get(rows.secret_key(org, scope, env_name))
            import_id = pending.import_of(item or {})
            if item is None or import_id is None:
                return None
            hold = hold_of(self.reads.mark(org, scope), import_id)
            if hold is not None:
                return Held(item, import_id, hold)
            time.sleep(_POLL_SECONDS)
        raise Throttled("An import is changing this secret right now; try again in a moment.")

    def give_up_ops(self, org: str, scope: Scope, import_id: str) -> list[dict[str, Any]]:
        """Operations that end an abandoned import, so that it can never commit."""
        mark = Mark(import_id, Stage.ABORTED, int(time.time()))
        head = self.table.put_op(pending.mark_item(org, scope, HEAD, mark), STILL_STAGING, **staging(import_id))
        return [head, self.table.put_op(pending.mark_item(org, scope, TAIL, mark))]

    def unmark_ops(self, org: str, scope: Scope, import_id: str) -> list[dict[str, Any]]:
        """The same by removing its mark, for a function that may not put anything."""
        head = self.table.delete_op(pending.mark_key(org, scope, HEAD), STILL_STAGING, **staging(import_id))
        return [head, self.table.delete_op(pending.mark_key(org, scope, TAIL))]


def hold_of(mark: Mark | None, import_id: str) -> Hold | None:
    """What became of an import, as the scope's mark tells; None while it is under way."""
    if mark is None or mark.import_id != import_id or mark.stage is Stage.ABORTED:
        return Hold.DEAD
    if mark.stage is not Stage.STAGING:
        return Hold.COMMITTED
    return Hold.ABANDONED if time.time() - mark.since > ABANDONED_SECONDS else None


def staging(import_id: str) -> dict[str, Any]:
    """The values `STILL_STAGING` asks for."""
    return {"ExpressionAttributeValues": {":import": {"S": import_id}, ":staging": {"S": str(Stage.STAGING)}}}
