"""Changes of an import that is not finished, as rows carry them, and what a reader is to make of them.

DynamoDB changes at most 100 items at once; an import has up to 500 secrets. So an import first *stages* each change
inside the row it will replace (`pending`, under the import's id), then *commits* with one write of the scope's mark,
then *settles* each row. A reader takes a staged change for real exactly if the mark says its import is committed.

The mark lies twice in the scope's partition: before its secrets in key order and behind them. One Query brings both,
and where they are the same nothing was committed while it read the rows in between. See docs/adr/0010.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from bootseal.adapters import rows
from bootseal.adapters.rows import Item
from bootseal.errors import IntegrityError
from bootseal.model import Scope, Secret

HEAD: Final = "MARK#IMPORT"
"""Sort key of the mark: behind the scope's keys and before its secrets."""

TAIL: Final = rows.AFTER_SECRETS
"""Sort key of the mark's twin, behind the secrets."""

PENDING: Final = "pending"
PENDING_IMPORT: Final = "pending_import"


class Stage(StrEnum):
    """How far an import is."""

    STAGING = "staging"
    COMMITTED = "committed"
    DONE = "done"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Mark:
    """A scope's last import, how far it is, and when it began (epoch seconds)."""

    import_id: str
    stage: Stage
    since: int

    def brings(self, import_id: str) -> bool:
        """Whether what `import_id` staged holds."""
        return self.import_id == import_id and self.stage in (Stage.COMMITTED, Stage.DONE)


@dataclass(frozen=True, slots=True)
class Staged:
    """What a row holds for its import: the row it becomes, and the audit entry that goes with it."""

    row: dict[str, Any]
    audit: dict[str, Any]


def mark_key(org: str, scope: Scope, place: str) -> dict[str, Any]:
    """Where the mark (`HEAD`) or its twin (`TAIL`) lies."""
    return {"pk": {"S": rows.scope_pk(org, scope)}, "sk": {"S": place}}


def mark_item(org: str, scope: Scope, place: str, mark: Mark) -> dict[str, Any]:
    """The row of a mark."""
    return {
        **mark_key(org, scope, place),
        "import_id": {"S": mark.import_id},
        "stage": {"S": str(mark.stage)},
        "since": {"N": str(mark.since)},
    }


def mark_from(item: Item | None) -> Mark | None:
    """The mark of a row; None where there is none. Raises `IntegrityError`."""
    if item is None:
        return None
    try:
        return Mark(item["import_id"]["S"], Stage(item["stage"]["S"]), int(item["since"]["N"]))
    except (KeyError, ValueError, TypeError):
        raise IntegrityError("The note of a scope's last import was changed outside Bootseal") from None


def packed(staged: Staged) -> bytes:
    """A staged change as one binary attribute."""
    return msgspec.msgpack.encode((staged.row, staged.audit))


def staged_in(item: Item) -> Staged:
    """The staged change of a row that has one. Raises `IntegrityError`."""
    try:
        row, audit = msgspec.msgpack.decode(item[PENDING]["B"], type=tuple[dict[str, Any], dict[str, Any]])
    except (KeyError, TypeError, msgspec.MsgspecError):
        raise IntegrityError("A staged change of an import was changed outside Bootseal and is refused") from None
    return Staged({**row, "pk": item["pk"], "sk": item["sk"]}, audit)


def import_of(item: Item) -> str | None:
    """The import that staged a change in this row, if one did."""
    attribute = item.get(PENDING_IMPORT)
    return None if attribute is None else str(attribute.get("S", ""))


def settled(item: Item, org: str, scope: Scope) -> Secret | None:
    """The secret of a row without what is staged in it; None where only something staged is there."""
    if PENDING_IMPORT in item and "version" not in item:
        return None
    return rows.secret_from(item, org, scope)


def visible(item: Item, mark: Mark | None, org: str, scope: Scope) -> Secret | None:
    """The secret a reader sees in a row, given the scope's mark; None where the row is nothing yet."""
    import_id = import_of(item)
    if import_id is not None and mark is not None and mark.brings(import_id):
        return rows.secret_from(staged_in(item).row, org, scope)
    return settled(item, org, scope)
