"""A catalogue made ready for searching.

What Aho-Corasick looks for is not each whole text but its beginning, its *anchor*; the whole is compared where an
anchor stands. That keeps the automaton small however long the values are (a 64 KiB value in thirty forms would
otherwise be two million states), and it answers what a stream needs to know at the end of a chunk: whether a text may
just have begun there.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping

import ahocorasick_rs

ANCHOR = 12
"""Most bytes of a text that the automaton looks for."""

KEY = 8
"""Bytes behind what a bucket's texts have in common by which a large bucket is divided."""

_SMALL = 4

Hit = tuple[int, int]
"""Where an anchor stands, and the number of its bucket; sorted, the earliest comes first, then the longest anchor."""


class Bucket:
    """The texts that begin with one anchor, `size` bytes of it; `texts` has the longest first."""

    def __init__(self, anchor: bytes, texts: list[bytes]) -> None:
        self.size = len(anchor)
        self.texts = tuple(sorted(texts, key=len, reverse=True))
        self._divided_at = _in_common(texts)
        self._short = tuple(text for text in self.texts if len(text) < self._divided_at + KEY)
        self._by_key = self._divide() if len(texts) > _SMALL else None

    def at(self, data: bytes, start: int) -> tuple[bytes, ...]:
        """Return the texts that may stand at `start`, the longest first.

        Many keys of one kind begin alike (`postgres://`, `sk-proj-`): the bytes behind that tell which it may be.
        """
        if self._by_key is None:
            return self.texts
        place = start + self._divided_at
        key = data[place : place + KEY]
        return self._by_key.get(key, self._short) if len(key) == KEY else self.texts

    def _divide(self) -> dict[bytes, tuple[bytes, ...]]:
        begin, end = self._divided_at, self._divided_at + KEY
        groups: dict[bytes, list[bytes]] = defaultdict(list)
        for text in self.texts:
            if len(text) >= end:
                groups[text[begin:end]].append(text)
        return {key: (*group, *self._short) for key, group in groups.items()}


def _in_common(texts: list[bytes]) -> int:
    """Return how many bytes all of `texts` begin with."""
    first, last = min(texts), max(texts)
    same = (place for place, byte in enumerate(first) if last[place : place + 1] != bytes((byte,)))
    return next(same, len(first))


class Patterns:
    """The texts to look for. Never changes, so that streams can share it."""

    def __init__(self, names: Mapping[bytes, str]) -> None:
        """Take `names`: each text with the name to show in its place."""
        buckets: dict[bytes, list[bytes]] = defaultdict(list)
        for text in names:
            buckets[text[:ANCHOR]].append(text)
        longest_first = sorted(buckets, key=len, reverse=True)
        self.buckets = [Bucket(anchor, buckets[anchor]) for anchor in longest_first]
        self.labels = {text: f"[REDACTED:{name}]".encode() for text, name in names.items()}
        self._sorted_anchors = sorted(buckets)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(longest_first) if buckets else None

    def anchors_in(self, data: bytes, start: int) -> list[Hit]:
        """Return every anchor in `data` from `start` on, overlapping ones too, in no order."""
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(memoryview(data)[start:], True)
        return [(start + begin, bucket) for bucket, begin, _ in found]

    def beginning_at_end(self, data: bytes) -> int:
        """Return how many bytes at the end of `data` may be the beginning of an anchor; 0 where none are."""
        for size in range(min(ANCHOR - 1, len(data)), 0, -1):
            if self._begins_anchor(data[-size:]):
                return size
        return 0

    def _begins_anchor(self, tail: bytes) -> bool:
        place = bisect_left(self._sorted_anchors, tail)
        following = self._sorted_anchors[place : place + 2]
        return any(anchor.startswith(tail) and len(anchor) > len(tail) for anchor in following)
