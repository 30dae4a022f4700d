"""Choices taken from a fuzzer's bytes: the same bytes always choose the same."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Bites:
    """What is left of an input."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def byte(self) -> int:
        """The next byte; 0 when there is none."""
        first, self.data = self.data[:1], self.data[1:]
        return first[0] if first else 0

    def choice(self, among: Sequence[T]) -> T:
        """One of at most 256."""
        return among[self.byte() % len(among)]

    def raw(self) -> bytes:
        """Up to 255 bytes, as many as the next one says."""
        length = self.byte()
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def text(self) -> str:
        """A text, valid Unicode or not."""
        return self.raw().decode("utf-8", self.choice(("replace", "surrogateescape")))

    def plain(self) -> str:
        """A text of valid Unicode, as anything that came through JSON in UTF-8."""
        return self.raw().decode("utf-8", "replace")

    def rest(self) -> bytes:
        """All that is left."""
        taken, self.data = self.data, b""
        return taken

    def json(self) -> Any:
        """What is left as JSON, or as text where it is none."""
        left = self.rest()
        try:
            return json.loads(left)
        except (ValueError, RecursionError):
            return left.decode("utf-8", "replace")

    def attribute(self) -> dict[str, Any]:
        """An attribute as DynamoDB answers it: one of its types, and content of that type."""
        kind = self.choice(("S", "N", "B", "BOOL", "NULL", "L", "M", "SS"))
        content: Any = {
            "S": self.plain,
            "N": lambda: str(int.from_bytes(self.raw()[:15], signed=True)) + self.choice(("", ".5", "E+20", "E-20")),
            "B": self.raw,
            "BOOL": lambda: bool(self.byte() % 2),
            "NULL": lambda: True,
            "L": lambda: [self.attribute() for _ in range(self.byte() % 3)],
            "M": lambda: {self.plain(): self.attribute() for _ in range(self.byte() % 3)},
            "SS": lambda: [self.plain()],
        }[kind]()
        return {kind: content}
