"""A clock that only moves when something hangs or waits, so that an outage of half a minute is tried at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from unittest import mock

from bootseal import parallel


class VirtualTime:
    """Seconds since it began. What runs at once takes as long as its slowest."""

    def __init__(self) -> None:
        self.now = 0.0
        self._latest = 0.0

    def monotonic(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    def submit(self, call: Callable[[], Any]) -> "Future[Any]":
        """Stands for a thread of a pool: runs `call` from here on, while the one that asked has not moved."""
        began, future = self.now, Future[Any]()
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised again by whoever asks for the result
            future.set_exception(error)
        self.now, self._latest = began, max(self._latest, self.now)
        return future

    def wait(self, _: Sequence[Any]) -> None:
        self.now = max(self.now, self._latest)


@contextmanager
def virtual_time() -> Iterator[VirtualTime]:
    """Deadlines, waits between tries and threads by a clock of this kind."""
    clock = VirtualTime()
    with (
        mock.patch("bootseal.deadline.monotonic", clock.monotonic),
        mock.patch("time.sleep", clock.pass_by),
        mock.patch.object(parallel, "_pool", return_value=clock),
        mock.patch.object(parallel, "wait", clock.wait),
    ):
        yield clock
