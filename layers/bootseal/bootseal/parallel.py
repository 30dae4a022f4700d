"""Doing several blocking calls at once: a boot waits for its slowest read, not for the sum of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
    return [future.result() for future in settled(calls)]


def settled(calls: Sequence[Callable[[], Any]]) -> "list[Future[Any]]":
    """Run `calls` at once and return what became of each, in order: all have ended, well or not."""
    first: Future[Any] = Future()
    rest = [_pool().submit(call) for call in calls[1:]]
    try:
        first.set_result(calls[0]())
    except Exception as error:  # noqa: BLE001 - raised again by whoever asks for the result
        first.set_exception(error)
    finally:
        wait(rest)
    return [first, *rest]
