"""One deadline over everything a boot does before it writes."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from bootseal_cli.failures import EXIT_UNREACHABLE, CliError

T = TypeVar("T")


class Deadline:
    """A point in time, `seconds` from now, on a clock that no one sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, 0 once it has passed."""
        return max(0.0, self._ends - time.monotonic())

    def passed(self, last_reason: str) -> CliError:
        """Return the failure to raise once it has passed; `last_reason` says what stood in the way."""
        return CliError(f"no environment within {self.seconds:g} s: {last_reason}", EXIT_UNREACHABLE)


class _Outcome(Generic[T]):
    def __init__(self) -> None:
        self.result: T | None = None
        self.failure: BaseException | None = None


def run_within(deadline: Deadline, work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises; raise the deadline's failure if it takes longer.

    The work runs in a thread of its own: a name server that never answers, or a server that sends a byte a minute,
    blocks inside the C library, where nothing else stops it. Left behind, the thread ends with the process.
    """
    outcome: _Outcome[T] = _Outcome()

    def run() -> None:
        try:
            outcome.result = work()
        except BaseException as failure:  # noqa: BLE001 - carried over to the caller's thread, whatever it is
            outcome.failure = failure

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(deadline.left())
    if worker.is_alive():
        raise deadline.passed("the service did not answer in time")
    if outcome.failure is not None:
        raise outcome.failure
    return outcome.result  # type: ignore[return-value]  # set whenever there was no failure
