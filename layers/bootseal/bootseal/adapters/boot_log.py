"""Receipts by user, by session, by time, and by what they hold: the `BootLog` port. docs/table.md says which key serves
which question."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Final

from bootseal.adapters import shards
from bootseal.adapters.newest import newest, place
from bootseal.adapters.part_rows import Lines, entries_from, parts_pk, row_lines
from bootseal.adapters.receipt_rows import carried_by, is_in_place, part_index, receipt_from, receipt_pk, refs_of
from bootseal.adapters.receipt_store import read_parts
from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.boot_model import Receipt, ReceiptEntry
from bootseal.errors import Unprocessable
from bootseal.model import Scope
from bootseal.timeline import Batch, Entry, Source, Span

SESSION_MAX: Final = 5_000
"""Most boots of one session that are looked at: a session is one VM's life, with its restarts."""

QUERIES_MAX: Final = 64
"""So many index queries, and no more are begun for one batch of boots that hold a secret."""

DAYS_MAX: Final = 8
"""Most days of parts looked up at once."""

_DAY: Final = len("2026-01-02")
Day = tuple[str, Sequence[str]]
Test = Callable[[ReceiptEntry], bool]


@dataclass(frozen=True, slots=True)
class TableBootLog:
    """Finds receipts. Made anew for a request: it remembers the parts it has read."""

    table: Table
    _known: dict[str, Lines] = field(default_factory=dict, repr=False)

    def of_user(self, org: str, user: str) -> Source[Receipt]:
        """Boots of a user's VMs."""
        return _Indexed(self, "gsi1", shards.boots_of_user(org, user))

    def of_org(self, org: str) -> Source[Receipt]:
        """All boots."""
        return _Indexed(self, "gsi3", shards.boots_of_org(org))

    def of_session(self, org: str, session_id: str) -> Source[Receipt]:
        """Boots of one session."""
        return _OfSession(self, receipt_pk(org, session_id))

    def holding(self, org: str, scope: Scope, test: Test) -> Source[Receipt]:
        """Boots whose receipt has a line of `scope`, the shared one or a project's, that passes `test`."""
        return _Holding(self, org, scope, test)

    def entries(self, index: str, items: Sequence[Item]) -> list[Entry[Receipt]]:
        """The receipts of rows, each with its parts; a part is read once, however many receipts name it."""
        items = [item for item in items if is_in_place(item)]
        carried = [carried_by(item) for item in items]
        for more in carried:
            self._known.update(more)
        absent = {ref.text: ref for item in items for ref in refs_of(item) if ref.text not in self._known}
        self._known.update(read_parts(self.table, list(absent.values()), consistent=False))
        return [Entry(place(index, item), receipt_from(item, self._known)) for item in items]


@dataclass(frozen=True, slots=True)
class _Indexed:
    log: TableBootLog
    index: str
    partitions: tuple[str, ...]

    def batch(self, span: Span, want: int) -> Batch[Receipt]:
        rows = newest(self.log.table, self.index, self.partitions, span, want)
        return Batch(self.log.entries(self.index, rows.items), rows.reached)


@dataclass(frozen=True, slots=True)
class _OfSession:
    log: TableBootLog
    pk: str

    def batch(self, span: Span, want: int) -> Batch[Receipt]:  # noqa: ARG002 - lies in no order of time, so all of it
        found: list[Item] = []
        for item in self.log.table.query("pk = :pk", {":pk": {"S": self.pk}}, ConsistentRead=True):
            found.append(item)
            if len(found) > SESSION_MAX:
                raise Unprocessable.of_field("session_id", f"has over {SESSION_MAX} boots; ask by user instead")
        ours = [item for item in found if span.low <= place("gsi1", item) <= span.high]
        ours.sort(key=lambda item: place("gsi1", item), reverse=True)
        return Batch(self.log.entries("gsi1", ours), None)


@dataclass(frozen=True, slots=True)
class _Holding:
    """Goes through the days of a scope's parts, newest first, and asks the index for the boots of those that match."""

    log: TableBootLog
    org: str
    scope: Scope
    test: Test

    def batch(self, span: Span, want: int) -> Batch[Receipt]:
        found: list[Entry[Receipt]] = []
        asked = 0
        for days in _groups(self._days(span)):
            oldest, newest_day = days[-1][0], days[0][0]
            partitions = [one for _, parts in days for part in parts for one in self._partitions(part)]
            reached = self._add(found, partitions, span.within(Span(oldest, f"{newest_day}~")), want)
            if reached is not None:
                return Batch(found, reached)
            asked += len(partitions)
            if len(found) >= want or asked >= QUERIES_MAX:
                return Batch(found, oldest)
        return Batch(found, None)

    def _add(self, found: list[Entry[Receipt]], partitions: Sequence[str], span: Span, want: int) -> str | None:
        if not partitions:
            return None
        index = part_index(self.scope)
        rows = newest(self.log.table, index, partitions, span, want)
        found += self.log.entries(index, rows.items)
        return rows.reached

    def _days(self, span: Span) -> Iterator[Day]:
        """Each day that has parts, newest first, with the names of those that match. Reads no further than asked."""
        values = {
            ":pk": {"S": parts_pk(self.org, self.scope)},
            ":low": {"S": span.low[:_DAY]},
            ":high": {"S": f"{span.high[:_DAY]}~"},
        }
        rows = self.log.table.query("pk = :pk AND sk BETWEEN :low AND :high", values, ScanIndexForward=False)
        for day, of_day in groupby(rows, key=lambda row: str(row["sk"]["S"])[:_DAY]):
            yield day, sorted({_part_name(row) for row in of_day if self._matches(row)})

    def _matches(self, row: Item) -> bool:
        return any(self.test(entry) for entry in entries_from(row_lines(row), self.scope))

    def _partitions(self, part: str) -> tuple[str, ...]:
        return shards.boots_with_part(self.org, self.scope, part)


def _groups(days: Iterator[Day]) -> Iterator[Sequence[Day]]:
    """One day at first, since a busy scope needs no more to fill a page; then more, for one that hardly boots."""
    size = 1
    while group := list(islice(days, size)):
        yield group
        size = min(2 * size, DAYS_MAX)


def _part_name(row: Item) -> str:
    return str(row["sk"]["S"]).rpartition("#")[0]
