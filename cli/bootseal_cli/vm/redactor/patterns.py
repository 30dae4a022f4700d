"""A catalogue made ready for searching.

What Aho-Corasick looks for is not each whole text but its beginning, its *anchor*; the whole is compared where an
anchor stands. That keeps the automaton small however long the values are (a 64 KiB value in thirty forms would
otherwise be two million states), and it answers what a stream needs to know at the end of a chunk: whether a text may
just have begun there.
"""

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping

import ahocorasick_rs

ANCHOR = 12
"""Most bytes of a text that the automaton looks for."""

KEY = 8
"""Bytes behind what a bucket's texts have in common by which a large bucket is divided."""

LONG = 4_000_000
"""Bytes after which a stream is worth the faster kind of automaton: made in 10 ms at 200 secrets, it reads twice as
fast."""

FAST_MAX = 4_000
"""Most anchors for which that kind is made: it takes some 4 KiB each."""

_SMALL = 4
_DFA = ahocorasick_rs.Implementation.DFA

Hit = tuple[int, int, int]
"""The number of an anchor's bucket, where the anchor begins, and where it ends."""


class Bucket:
    """The texts that begin with one anchor; `texts` has the longest first.

    Many keys of one kind begin alike (`postgres://`, `sk-proj-`), so a large bucket is divided: `by_key` has the texts
    by their bytes from `key_begin` to `key_end`, each time with those of `short`, which end before.
    """

    __slots__ = ("by_key", "key_begin", "key_end", "short", "texts")

    def __init__(self, texts: list[bytes]) -> None:
        self.texts = tuple(sorted(texts, key=len, reverse=True))
        self.key_begin = self.key_end = 0
        self.short: tuple[bytes, ...] = ()
        self.by_key: dict[bytes, tuple[bytes, ...]] | None = None
        if len(texts) > _SMALL:
            self._divide()

    def _divide(self) -> None:
        begin = _in_common(min(self.texts), max(self.texts))
        end = begin + KEY
        groups: dict[bytes, list[bytes]] = defaultdict(list)
        for text in self.texts:
            if len(text) >= end:
                groups[text[begin:end]].append(text)
        self.key_begin, self.key_end = begin, end
        self.short = tuple(text for text in self.texts if len(text) < end)
        self.by_key = {key: (*group, *self.short) for key, group in groups.items()}

    def begun(self, data: bytes, start: int) -> bool:
        """Return whether `data` ends within what may be a text at `start`, and no longer one is there."""
        left = len(data) - start
        for text in self.texts:
            if len(text) <= left:
                if data.startswith(text, start):
                    return False
            elif text.startswith(data[start:]):
                return True
        return False


def _in_common(first: bytes, last: bytes) -> int:
    """Return how many bytes both begin with: of texts in order, all between them do as well."""
    for place, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return place
    return len(first)


class _Buckets(dict[int, Bucket]):
    """Buckets by their number, each made when it is first asked for: few anchors are ever met."""

    def __init__(self, texts: list[list[bytes]]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, number: int) -> Bucket:
        self[number] = made = Bucket(self._texts[number])
        return made


class _Labels(dict[bytes, bytes]):
    """What to show in the place of each text, likewise."""

    def __init__(self, names: Mapping[bytes, str]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, text: bytes) -> bytes:
        self[text] = made = f"[REDACTED:{self._names[text]}]".encode()
        return made


class Patterns:
    """The texts to look for, of which the longest has `reach` bytes. What is found never changes: streams share it."""

    def __init__(self, names: Mapping[bytes, str]) -> None:
        """Take `names`: each text with the name to show in its place."""
        buckets: dict[bytes, list[bytes]] = defaultdict(list)
        for text in names:
            buckets[text[:ANCHOR]].append(text)
        self.buckets = _Buckets(list(buckets.values()))
        self.reach = max(map(len, names), default=0)
        self.labels = _Labels(names)
        self._sorted_anchors = sorted(buckets)
        self._anchors = list(buckets)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(self._anchors)
        self._until_fast = LONG

    def anchors_in(self, data: bytes, known: int) -> list[Hit]:
        """Return every anchor in `data` that ends behind its first `known` bytes, overlapping ones too.

        The one that ends last comes first.
        """
        if not self._anchors:
            return []
        self._until_fast -= len(data) - known
        if self._until_fast < 0 and len(self._anchors) <= FAST_MAX:
            self._automaton = ahocorasick_rs.BytesAhoCorasick(self._anchors, implementation=_DFA)
            self._until_fast = sys.maxsize
        start = max(0, known - ANCHOR + 1)
        hits: list[Hit] = self._automaton.find_matches_as_indexes(memoryview(data)[start:], True)
        if start:
            hits = [(bucket, start + begin, start + end) for bucket, begin, end in hits]
        hits.reverse()
        while hits and hits[-1][2] <= known:
            hits.pop()
        return hits

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
