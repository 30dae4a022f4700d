"""Settling rows of a committed import: each becomes what was staged in it, with all that goes along, or stays."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from bootseal.adapters import pending, rows
from bootseal.adapters.rows import Item
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.errors import IntegrityError
from bootseal.model import VALUE_MAX_BYTES
from bootseal.parallel import together

OPERATIONS_MAX: Final = 100
"""Most operations of one transaction (DynamoDB quotas, TransactWriteItems)."""

BYTES_MAX: Final = 2_000_000
"""Most bytes put into one transaction: half of DynamoDB's 4 MB, for what it counts besides."""

_STAGED_HERE: Final = "pending_import = :import"
_ROW_BYTES: Final = 4_096

T = TypeVar("T")


def settle_ops(table: Table, item: Item) -> list[dict[str, Any]]:
    """Operations that settle one row: the new version in place, the old one kept, dropped ones gone, audit entry."""
    staged = pending.staged_in(item)
    put = table.put_op(staged.row, _STAGED_HERE, ExpressionAttributeValues={":import": item[pending.PENDING_IMPORT]})
    archive = [table.put_op(_archived(item))] if "version" in item and _version(item) in _kept(staged.row) else []
    drops = [table.delete_op(_older_key(item, version)) for version in _dropped(item, staged.row)]
    return [put, *archive, *drops, table.put_op(staged.audit)]


def settle(table: Table, items: Iterable[Item]) -> None:
    """Settle rows, many at a time. Rows that are settled already are left alone."""
    groups = list(grouped([(settle_ops(table, item), _size(item)) for item in items]))
    if groups:
        together([partial(_settle_group, table, group) for group in groups])


def _settle_group(table: Table, group: Sequence[list[Any]]) -> None:
    try:
        table.transact([operation for operations in group for operation in operations])
    except ConditionFailedError:
        for operations in group:
            _settle_one(table, operations)


def _settle_one(table: Table, operations: Sequence[Any]) -> None:
    try:
        table.transact(operations)
    except ConditionFailedError:
        return  # Somebody else was first.


def grouped(work: Iterable[tuple[list[T], int]]) -> Iterator[list[list[T]]]:
    """Pack lists of operations, each with its size in bytes, into groups that fit one transaction."""
    group: list[list[T]] = []
    count = size = 0
    for operations, weight in work:
        if group and (count + len(operations) > OPERATIONS_MAX or size + weight > BYTES_MAX):
            yield group
            group, count, size = [], 0, 0
        group.append(operations)
        count, size = count + len(operations), size + weight
    if group:
        yield group


def _size(item: Item) -> int:
    """What settling the row may count for, rows that are deleted included."""
    old, dropped = len(item.get("ciphertext", {}).get("B", b"")), len(_dropped(item, pending.staged_in(item).row))
    return len(item[pending.PENDING]["B"]) + 2 * old + _ROW_BYTES + dropped * (VALUE_MAX_BYTES + _ROW_BYTES)


def _archived(item: Item) -> dict[str, Any]:
    bare = {name: value for name, value in item.items() if name not in (pending.PENDING, pending.PENDING_IMPORT)}
    return {**bare, **_older_key(item, _version(item))}


def _older_key(item: Item, version: str) -> dict[str, Any]:
    env_name = item["sk"]["S"].removeprefix(rows.SECRET)
    return {"pk": item["pk"], "sk": {"S": f"{rows.VERSION}{env_name}#{version}"}}


def _version(item: Item) -> str:
    return str(item["version"]["S"])


def _kept(row: Item) -> set[str]:
    try:
        return {str(entry["S"]).partition("/")[0] for entry in row["superseded"]["L"]}
    except (KeyError, TypeError):
        raise IntegrityError("A staged change of an import was changed outside Bootseal and is refused") from None


def _dropped(item: Item, row: Item) -> list[str]:
    older = [str(entry["S"]).partition("/")[0] for entry in item.get("superseded", {}).get("L", [])]
    return [version for version in older if version not in _kept(row)]
