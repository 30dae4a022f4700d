"""The newest rows of several index partitions, as one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.parallel import together
from bootseal.timeline import Span


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows newest first: all there are down to position `reached`, or to the end of the span where it is None."""

    items: Sequence[Item]
    reached: str | None


def newest(table: Table, index: str, partitions: Sequence[str], span: Span, want: int) -> Rows:
    """About `want` rows of `span`, with one Query per partition, all at once.

    Rows are spread evenly, so each partition is asked for a little more than its share. Where one had more to give,
    the others' older rows are left for the next time.
    """
    share = want if len(partitions) == 1 else 2 * want // len(partitions) + 10
    answers = together([partial(table.newest_of, index, partition, span, share) for partition in partitions])
    reached = max((last for _, last in answers if last is not None), default=None)
    rows = [item for items, _ in answers for item in items if reached is None or place(index, item) >= reached]
    rows.sort(key=partial(place, index), reverse=True)
    return Rows(rows, reached)


def place(index: str, item: Item) -> str:
    """The position of a row in an index."""
    return str(item[f"{index}sk"]["S"])
