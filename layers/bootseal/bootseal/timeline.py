"""Reading what lies in time order in several places as one list, newest first, in pages. Pure.

A position is a time and an id, `2026-01-02T03:04:05.678Z#0123abcd`: text order is time order. A cursor is a position
and nothing more; where to look is made anew from the caller at every request, so a cursor opens no other door.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from bootseal.errors import InvalidRequest
from bootseal.ids import timestamp
from bootseal.model import Page

ROUNDS: Final = 8
"""How often the places are asked for one page. Where few entries match, a page may come short, with a cursor to go on
from, so that a call's reads are bounded."""

ALWAYS_LOW: Final = "0"
ALWAYS_HIGH: Final = "9~"
_POSITION = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{12,64})?")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high`, positions or the beginnings of some, both included."""

    low: str = ALWAYS_LOW
    high: str = ALWAYS_HIGH

    def below(self, position: str) -> "Span":
        """What of this span is older than `position`."""
        return Span(self.low, min(self.high, just_before(position)))

    def within(self, other: "Span") -> "Span":
        """What both spans cover."""
        return Span(max(self.low, other.low), min(self.high, other.high))

    @property
    def is_empty(self) -> bool:
        """Whether nothing can lie in it."""
        return self.low > self.high


ALWAYS: Final = Span()
"""All there is."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[T_co]):
    """Something and its position."""

    position: str
    content: T_co


@dataclass(frozen=True, slots=True)
class Batch(Generic[T_co]):
    """Entries newest first: everything there is down to position `reached`, or to the end of the span where None."""

    entries: Sequence[Entry[T_co]]
    reached: str | None


class Source(Protocol[T_co]):
    """One place to look."""

    def batch(self, span: Span, want: int) -> Batch[T_co]:
        """The newest entries of `span`, about `want` of them."""
        ...


def collect(
    sources: Sequence[Source[T]], span: Span, limit: int, keep: Callable[[T], T | None], want: int | None = None
) -> Page[T]:
    """One page of what `keep` lets through, newest first. `want` is how many entries to look at in one round."""
    found: list[Entry[T]] = []
    floor: str | None = None
    for _ in range(ROUNDS):
        if span.is_empty:
            floor = None
            break
        batches = [source.batch(span, want or limit + 1) for source in sources]
        floor = max((batch.reached for batch in batches if batch.reached is not None), default=None)
        found += _kept(batches, floor, keep)
        if floor is None or len(found) > limit:
            break
        span = span.below(floor)
    if len(found) > limit:
        return Page([entry.content for entry in found[:limit]], found[limit - 1].position)
    return Page([entry.content for entry in found], floor)


def _kept(batches: Sequence[Batch[T]], floor: str | None, keep: Callable[[T], T | None]) -> list[Entry[T]]:
    # What lies below the floor is left for the next round: another place may have something between.
    seen = [entry for batch in batches for entry in batch.entries if floor is None or entry.position >= floor]
    seen.sort(key=lambda entry: entry.position, reverse=True)
    return [Entry(entry.position, kept) for entry in seen if (kept := keep(entry.content)) is not None]


def just_before(position: str) -> str:
    """A text that sorts right before `position`, with no position in between ("~" is above all their characters)."""
    return position[:-1] + chr(ord(position[-1]) - 1) + "~"


def parse_cursor(cursor: str | None) -> str | None:
    """Return `cursor` if it is a position. Raises `InvalidRequest`."""
    if cursor is not None and not _POSITION.fullmatch(cursor):
        raise InvalidRequest.of_field("cursor", "is not one this API gave out; start again without it")
    return cursor


def parse_moment(text: str, field: str) -> str:
    """An RFC 3339 time as our timestamps are written. Raises `InvalidRequest`."""
    try:
        moment = datetime.fromisoformat(text)
        written = timestamp(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        written = None
    if written is None:
        raise InvalidRequest.of_field(field, "must be a time with its offset, such as 2026-01-02T03:04:05Z")
    return written


def span_of(since: str | None, until: str | None) -> Span:
    """The span from one timestamp to another, both included."""
    # "$" sorts right behind "#", and so behind every position of that millisecond.
    return Span(since or ALWAYS_LOW, f"{until}$" if until else ALWAYS_HIGH)
