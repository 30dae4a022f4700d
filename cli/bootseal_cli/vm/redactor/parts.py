"""Which texts of a value are worth hiding: the whole, its lines, and the leaves of JSON."""

import json
import re
from collections.abc import Iterator

VALUE_MIN = 6
"""Shortest value that is masked, in characters. A shorter one occurs by chance: masking `true` or `5432` wherever it
stands makes output unreadable and tells the reader what the value is."""

PART_MIN = 8
"""Shortest line or JSON leaf that is masked on its own, in characters. Parts are ordinary words more often."""

_LINE_BREAKS = re.compile(r"[\r\n]+")
_ARMOUR = re.compile(r"-----(BEGIN|END) [A-Z0-9 ]+-----")


def parts(value: str) -> Iterator[str]:
    """Yield the texts to hide of `value`, the whole first."""
    yield value
    yield value.strip()
    yield from _lines(value)
    for leaf in _leaves(value):
        yield leaf
        yield from _lines(leaf)


def _lines(text: str) -> Iterator[str]:
    lines = [line.strip() for line in _LINE_BREAKS.split(text)]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= PART_MIN and not _ARMOUR.fullmatch(line))


def _leaves(value: str) -> Iterator[str]:
    if value.lstrip()[:1] not in ("{", "["):
        return
    try:
        document = json.loads(value, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return
    yield from (leaf for leaf in _walk(document) if len(leaf) >= PART_MIN)


def _walk(document: object) -> Iterator[str]:
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
