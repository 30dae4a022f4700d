"""VMs that boot at given moments: what each waits for, how often it is refused, and when it has its bundle.

Every VM asks as the launch hook does, with the hook's own waits (`bootseal_cli.vm.inject`), for 60 s at most.
Deterministic: the same seed gives the same figures.
"""

import random
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

import simpy

from bootseal_cli.vm import inject
from fleet.buckets import TokenBucket
from fleet.environments import Environment, Environments
from fleet.quotas import LAMBDA_REQUESTS_PER_EXECUTION, RECEIPT_SHARDS, Limits
from fleet.times import Times

TIMEOUT_SECONDS: Final = 60.0
"""`bootseal boot --timeout`, its default."""

KEPT_SECONDS: Final = 300.0
"""How long a process keeps a scope's rows and key."""

SDK_TRIES: Final = 3
RECEIPT_UNITS: Final = 1
"""Write units of a receipt in an index: a usual one is below 1 KB."""

OWN_KEYS: Final = 1
"""Keys a boot has unwrapped because no other VM uses them: that of its user's private scope."""

_RETRY_AFTER: Final = {"service": "1", "gateway": None, "lambda": None}
Steps = Generator[simpy.Event, Any, Any]


class RefusedError(Exception):
    """AWS asked to slow down once too often in one request."""


@dataclass(slots=True)
class Outcome:
    """What became of a fleet: seconds each VM waited, how many gave up, and who refused how many requests."""

    waited: list[tuple[float, float]] = field(default_factory=list)
    failed: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    environments: int = 0
    launched: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float | None:
        """The wait that `share` of all VMs stay within; None where that many never got a bundle."""
        waits = sorted(wait for _, wait in self.waited)
        place = max(0, -(-int(share * 1_000_000 * len(self.launched)) // 1_000_000) - 1)
        return waits[place] if place < len(waits) else None

    def waiting_at(self, moment: float) -> int:
        """VMs that were launched by then and have no bundle yet; those that gave up count as waiting."""
        done = sum(started + wait <= moment for started, wait in self.waited)
        return sum(started <= moment for started in self.launched) - done


class Fleet:
    """One account, one org, one shared scope."""

    def __init__(self, limits: Limits, times: Times, keeps: bool, seed: int) -> None:
        self.limits, self.times, self.keeps = limits, times, keeps
        self.random, self.simpy, self.outcome = random.Random(seed), simpy.Environment(), Outcome()
        self.stage = TokenBucket(limits.stage_rate, limits.stage_burst)
        self.gateway = TokenBucket(limits.gateway_rate, limits.gateway_burst)
        self.reads = TokenBucket(limits.partition_reads, limits.partition_reads)
        self.kms = TokenBucket(limits.kms, limits.kms)
        shard = limits.partition_writes
        self.receipts = [TokenBucket(shard, shard) for _ in range(RECEIPT_SHARDS)]
        requests = LAMBDA_REQUESTS_PER_EXECUTION.value * limits.concurrency
        self.environments = Environments(
            limits.concurrency, TokenBucket(limits.scaling_rate, limits.scaling_burst), TokenBucket(requests, requests)
        )

    def run(self, launches: Iterable[float]) -> Outcome:
        """Boot a VM at each moment of `launches` (seconds)."""
        for moment in launches:
            self.outcome.launched.append(moment)
            self.simpy.process(self._vm(moment))
        with mock.patch.object(inject, "random", self.random):
            self.simpy.run()
        self.outcome.environments = self.environments.started
        return self.outcome

    def _vm(self, launched: float) -> Steps:
        yield self.simpy.timeout(launched)
        tries = 0
        while (refused_by := (yield from self._request())) is not None:
            self.outcome.refusals[refused_by] += 1
            wait = inject._wait(tries, _RETRY_AFTER[refused_by])  # noqa: SLF001 - the hook's own
            if self.simpy.now + wait >= launched + TIMEOUT_SECONDS:
                self.outcome.failed.append(launched)
                return
            yield self.simpy.timeout(wait)
            tries += 1
        self.outcome.waited.append((launched, self.simpy.now - launched))

    def _request(self) -> Steps:
        """One try; who refused it, or None where it was answered."""
        yield self.simpy.timeout(self.times.network)
        if not (self.stage.take(self.simpy.now) and self.gateway.take(self.simpy.now)):
            return "gateway"
        environment = self.environments.acquire(self.simpy.now)
        if environment is None:
            return "lambda"
        try:
            yield from self._handler(environment)
        except RefusedError:
            return "service"
        finally:
            self.environments.release(environment)
        return None

    def _handler(self, environment: Environment) -> Steps:
        if environment.cold:
            yield self.simpy.timeout(self.times.init)
        kept = self.keeps and environment.rows_until > self.simpy.now
        # At the same time as the token's write, which takes as long and meets no limit.
        yield from self._aws(self.reads, 1 if kept else self.times.query_units, self.times.dynamodb)
        environment.rows_until = self.simpy.now + KEPT_SECONDS if not kept else environment.rows_until
        keys = OWN_KEYS + (environment.key_until <= self.simpy.now)
        yield from self._aws(self.kms, keys, self.times.kms)
        environment.key_until = max(environment.key_until, self.simpy.now + KEPT_SECONDS * (keys > OWN_KEYS))
        yield self.simpy.timeout(self.times.cpu_kept if kept else self.times.cpu_read)
        yield from self._aws(self.random.choice(self.receipts), RECEIPT_UNITS, self.times.dynamodb)

    def _aws(self, bucket: TokenBucket, amount: float, seconds: float) -> Steps:
        """A call, with the SDK's tries (any share of 1 s, then of 2 s, between them). The process is held meanwhile."""
        for attempt in range(SDK_TRIES):
            yield self.simpy.timeout(seconds)
            if bucket.take(self.simpy.now, amount):
                return
            if attempt < SDK_TRIES - 1:
                yield self.simpy.timeout(self.random.random() * 2**attempt)
        raise RefusedError
