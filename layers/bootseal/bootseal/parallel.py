"""Doing several blocking calls at once: a boot waits for its slowest read, not for the sum of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final

_WORKERS: Final = 8


@cache
def _pool() -> ThreadPoolExecutor:
    # Made at the first call, not at import: a snapshot of the process must hold no threads.
    return ThreadPoolExecutor(_WORKERS, thread_name_prefix="bootseal")


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run `calls` at once and return their results in order.

    All are waited for, so nothing is left running; then the first error, in order, is raised.
    """
    if len(calls) == 1:
        return [calls[0]()]
    first, rest = calls[0], [_pool().submit(call) for call in calls[1:]]
    try:
        results = [first()]
    finally:
        for future in rest:
            future.exception()
    return results + [future.result() for future in rest]
