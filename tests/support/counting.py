"""Counting the calls to AWS that functions make, at botocore's own event of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bootseal import bootstrap


@dataclass
class Calls:
    """The operations called, in order."""

    operations: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.operations)

    def of(self, operation: str) -> int:
        """How often one operation was called."""
        return self.operations.count(operation)


@contextmanager
def counted() -> Iterator[Calls]:
    """Count what this process's functions call meanwhile."""
    calls = Calls()

    def note(model: Any, **_: Any) -> None:
        calls.operations.append(model.name)

    clients = [bootstrap.table().client, bootstrap.kms()]
    for client in clients:
        client.meta.events.register("before-call", note)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", note)
