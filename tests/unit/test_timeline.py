"""Reading several places as one list: every entry once, in order, whatever the places hand out at a time."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal.errors import InvalidRequest
from bootseal.timeline import (
    ALWAYS,
    ROUNDS,
    Batch,
    Entry,
    Span,
    collect,
    just_before,
    parse_cursor,
    parse_moment,
    span_of,
)


def position(number: int) -> str:
    return f"2026-01-{1 + number // 1000:02d}T00:00:00.{number % 1000:03d}Z#{number:012x}"


@dataclass(frozen=True)
class Place:
    """Hands out at most `size` of its entries at a time."""

    numbers: tuple[int, ...]
    size: int

    def batch(self, span: Span, want: int) -> Batch[int]:
        there = [n for n in sorted(self.numbers, reverse=True) if span.low <= position(n) <= span.high]
        given = there[: self.size]
        more = len(there) > len(given)
        return Batch([Entry(position(n), n) for n in given], position(given[-1]) if more else None)


def everything(places: list[Place], limit: int, *, odd_only: bool) -> list[int]:
    found: list[int] = []
    span = ALWAYS
    for _ in range(1_000):
        page = collect(places, span, limit, lambda n: n if n % 2 or not odd_only else None)
        assert len(page.items) <= limit
        found += page.items
        if page.next_cursor is None:
            return found
        span = ALWAYS.below(str(parse_cursor(page.next_cursor)))
    raise AssertionError("the pages never end")


@given(
    st.lists(st.integers(0, 120), unique=True),
    st.integers(1, 4),
    st.integers(1, 9),
    st.integers(1, 20),
    st.booleans(),
)
def test_pages_give_every_kept_entry_once_newest_first(
    numbers: list[int], spread: int, size: int, limit: int, odd_only: bool
) -> None:
    places = [Place(tuple(n for n in numbers if n % spread == k), size) for k in range(spread)]
    expected = sorted((n for n in numbers if n % 2 or not odd_only), reverse=True)
    assert everything(places, limit, odd_only=odd_only) == expected


def test_a_page_for_which_little_matches_comes_short_with_a_cursor_instead_of_reading_on() -> None:
    place = Place(tuple(range(0, 200, 2)), 3)
    page = collect([place], ALWAYS, 10, lambda n: n if n == 0 else None)
    assert page.items == []
    assert page.next_cursor == position(198 - 2 * (3 * ROUNDS - 1))


def test_a_span_without_room_asks_nobody() -> None:
    assert collect([Place((1, 2), 5)], Span("b", "a"), 10, lambda n: n).items == []


@given(st.integers(1, 5_000))
def test_nothing_fits_between_a_position_and_just_before_it(number: int) -> None:
    assert position(number - 1) < just_before(position(number)) < position(number)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.6789Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05.000Z"),
    ],
)
def test_a_moment_is_written_as_our_timestamps_are(text: str, stamp: str) -> None:
    assert parse_moment(text, "since") == stamp


@pytest.mark.parametrize("text", ["", "now", "2026-01-02", "2026-01-02T03:04:05", "2026-13-01T00:00:00Z", "9" * 40])
def test_a_moment_without_an_offset_or_sense_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="since"):
        parse_moment(text, "since")


def test_a_span_includes_both_its_ends() -> None:
    span = span_of("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z")
    assert span.low <= "2026-01-02T03:04:05.678Z#ffffffffffff" <= span.high
    assert not span.low <= "2026-01-02T03:04:05.679Z#000000000000" <= span.high
