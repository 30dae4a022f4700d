"""Threads and moto: one AWS call at a time, whole, as AWS itself gives it; anything may happen between two calls.

moto undoes a failed transaction by putting back a copy of the whole table, and so takes away what other threads wrote
meanwhile. DynamoDB does not.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber


@contextmanager
def one_call_at_a_time() -> Iterator[None]:
    """Let no two mocked calls run at the same time."""
    original, lock = BotocoreStubber.__call__, threading.RLock()

    def alone(stubber: BotocoreStubber, *arguments: Any, **more: Any) -> Any:
        with lock:
            return original(stubber, *arguments, **more)

    BotocoreStubber.__call__ = alone  # type: ignore[method-assign]
    try:
        yield
    finally:
        BotocoreStubber.__call__ = original  # type: ignore[method-assign]
