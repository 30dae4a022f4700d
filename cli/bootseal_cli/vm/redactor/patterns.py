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

Hit = tuple[int, int]
"""Where an anchor stands, and the number of its bucket; sorted, the earliest comes first, then the longest anchor."""


class Patterns:
    """The texts to look for. Never changes, so that streams can share it."""

    def __init__(self, names: Mapping[bytes, str]) -> None:
        """Take `names`: each text with the name to show in its place."""
        buckets: dict[bytes, list[bytes]] = defaultdict(list)
        for text in names:
            buckets[text[:ANCHOR]].append(text)
        longest_first = sorted(buckets, key=len, reverse=True)
        self.buckets = [tuple(sorted(buckets[anchor], key=len, reverse=True)) for anchor in longest_first]
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
