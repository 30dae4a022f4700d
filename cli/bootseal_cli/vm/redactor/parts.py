"""Which texts of a value are worth hiding: the whole, its lines, and the leaves of JSON.

Imports neither json nor re, unless a value is JSON: `run` is to start in milliseconds.
"""

from collections.abc import Iterator

VALUE_MIN = 6
"""Shortest value that is masked, in characters. A shorter one occurs by chance: masking `true` or `5432` wherever it
stands makes output unreadable and tells the reader what the value is."""

PART_MIN = 8
"""Shortest line or JSON leaf that is masked on its own, in characters. Parts are ordinary words more often."""

_ARMOUR_BEGINS = ("-----BEGIN ", "-----END ")
_ARMOUR_ENDS = "-----"
_ARMOUR_KIND = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


def parts(value: str) -> Iterator[str]:
    """Yield the texts to hide of `value`, the whole first."""
    yield value
    yield value.strip()
    yield from _lines(value)
    for leaf in _leaves(value):
        yield leaf
        yield from _lines(leaf)


def _lines(text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= PART_MIN and not _is_armour(line))


def _is_armour(line: str) -> bool:
    """Return whether `line` is the first or the last of PEM (RFC 7468), the same for everybody."""
    begin = next((begin for begin in _ARMOUR_BEGINS if line.startswith(begin)), None)
    if begin is None or not line.endswith(_ARMOUR_ENDS):
        return False
    kind = line[len(begin) : -len(_ARMOUR_ENDS)]
    return bool(kind) and _ARMOUR_KIND.issuperset(kind)


def _leaves(value: str) -> Iterator[str]:
    if value.lstrip()[:1] not in ("{", "["):
        return
    import json

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
