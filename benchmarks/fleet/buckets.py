"""Token buckets: how AWS's request quotas are counted."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class TokenBucket:
    """Refilled at `rate` a second up to `capacity`, full at the start. Times are seconds and never go back."""

    rate: float
    capacity: float
    refused: int = 0
    _level: float = field(init=False)
    _at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Fill it."""
        self._level = self.capacity

    def take(self, now: float, amount: float = 1.0) -> bool:
        """Take `amount` if that much is there."""
        self._level = min(self.capacity, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level + 1e-9 < amount:
            self.refused += 1
            return False
        self._level -= amount
        return True
