"""Reads JSON without Python's json package, which takes longer to import than all of `bootseal run` before its command.

What that package is slow for are the regular expressions of its Python half. Its C half does the reading, here as
there; where a Python has no such half, the package itself is used. A test holds the two to the same outcome.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import _json
except ImportError:  # another Python than CPython
    _make_scanner: "Any" = None
else:
    _make_scanner = _json.make_scanner

_BLANK = " \t\n\r"
_CONSTANTS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class _Strict:
    """What the scanner asks its caller for: the package's own defaults (`json.JSONDecoder`)."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = _CONSTANTS.__getitem__


def read(content: bytes) -> "Any":
    """Return what `json.loads` would of UTF-8. Raises ValueError where it is no JSON."""
    text = content.decode()
    begin = len(text) - len(text.lstrip(_BLANK))
    try:
        found, end = _make_scanner(_Strict)(text, begin)
    except (TypeError, StopIteration, SystemError):
        return _read_slowly(text)  # no scanner; nothing there; what it stumbles over, and needs the package to tell
    if text[end:].strip(_BLANK):
        raise ValueError("more than one document")
    return found


def _read_slowly(text: str) -> "Any":
    import json

    return json.loads(text)
