"""Whether a history of overlapping calls could have been made one after another (Wing and Gong's search)."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One finished call: when it was sent, when its answer came, what was asked and what was answered."""

    sent: float
    answered: float
    asked: Any
    got: Any


Step = Callable[[Hashable, Call], Hashable | None]
"""The state after a call that meets a state, or None where that answer cannot be given in that state."""


def is_linearizable(history: Sequence[Call], start: Hashable, step: Step) -> bool:
    """Whether some order explains all answers: one where no call goes before one answered before it was sent."""
    calls = sorted(history, key=lambda call: call.sent)
    seen: set[tuple[frozenset[int], Hashable]] = set()
    stack: list[tuple[frozenset[int], Hashable]] = [(frozenset(range(len(calls))), start)]
    while stack:
        left, state = stack.pop()
        if not left:
            return True
        first_answer = min(calls[number].answered for number in left)
        for number in left:
            if calls[number].sent > first_answer:
                continue
            after = step(state, calls[number])
            found = (left - {number}, after)
            if after is not None and found not in seen:
                seen.add(found)
                stack.append(found)
    return False


def versioned(state: Hashable, call: Call) -> Hashable | None:
    """A row with a version. Asked: ("get",) or ("put", expected); got: a version, or None for a mismatch."""
    if call.asked[0] == "get":
        return state if call.got == state else None
    expected = call.asked[1]
    if call.got is None:
        return state if expected != state else None
    return call.got if expected == state else None


UNUSED = "unused"


def single_use(state: Hashable, call: Call) -> Hashable | None:
    """A token that its first user keeps. Asked: a key; got: whether it was let in."""
    allowed = state in (UNUSED, call.asked)
    return (call.asked if allowed else state) if call.got == allowed else None
