"""How long the invocation at hand may still take: Lambda ends it without an answer when its time is up.

One at a time: Lambda gives a process no second request before the first is answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

ANSWER_SECONDS: Final = 0.5
"""What is kept for saying what went wrong."""

_NONE: Final = float("inf")
_end: list[float] = [_NONE]


@contextmanager
def of(context: Any) -> Iterator[None]:
    """An invocation that ends when Lambda's `context` says so; one that does not say has no end."""
    ask = getattr(context, "get_remaining_time_in_millis", None)
    _end[0] = _NONE if ask is None else monotonic() + ask() / 1000 - ANSWER_SECONDS
    try:
        yield
    finally:
        _end[0] = _NONE


def seconds_left() -> float:
    """How many seconds are left for calls; infinite between invocations, negative when there are none."""
    return _end[0] - monotonic()
