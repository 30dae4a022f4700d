"""The execution environments of one Lambda function: warm ones are used again, new ones only so fast."""

from dataclasses import dataclass, field

from fleet.buckets import TokenBucket


@dataclass(slots=True)
class Environment:
    """One process: until when it keeps the shared scope's rows and key (seconds), and whether it was just started."""

    rows_until: float = 0.0
    key_until: float = 0.0
    cold: bool = True


@dataclass(slots=True)
class Environments:
    """Gives an environment to each request, or refuses it: Lambda does not queue what is asked over HTTP.

    The one used last is used first, so that a fleet that shrinks leaves the others to be taken down.
    """

    limit: int
    scaling: TokenBucket
    requests: TokenBucket
    started: int = 0
    refused: int = 0
    _idle: list[Environment] = field(default_factory=list)
    _busy: int = 0

    def acquire(self, now: float) -> Environment | None:
        """An environment, or None where Lambda would answer "too many requests"."""
        if self._busy >= self.limit or not self.requests.take(now):
            self.refused += 1
            return None
        if self._idle:
            self._busy += 1
            return self._idle.pop()
        if not self.scaling.take(now):
            self.refused += 1
            return None
        self._busy += 1
        self.started += 1
        return Environment()

    def release(self, environment: Environment) -> None:
        """Give it back, warm."""
        environment.cold = False
        self._busy -= 1
        self._idle.append(environment)
