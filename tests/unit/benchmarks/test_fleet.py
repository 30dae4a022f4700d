"""The simulation against what is known of such systems in closed form."""

import json
import random
from dataclasses import replace
from math import factorial

import pytest

import storm
from fleet.buckets import TokenBucket
from fleet.environments import Environments
from fleet.model import TIMEOUT_SECONDS, Fleet, Outcome
from fleet.quotas import Limits
from fleet.times import Times
from support.aws import REPOSITORY

BOUNDLESS = Limits(
    stage_rate=1e9,
    stage_burst=1e9,
    gateway_rate=1e9,
    gateway_burst=1e9,
    concurrency=10**6,
    scaling_rate=1e9,
    scaling_burst=1e9,
    partition_reads=1e9,
    partition_writes=1e9,
    kms=1e9,
)
TIMES = Times(network=0.02, dynamodb=0.005, kms=0.01, init=1.0, cpu_kept=0.03, cpu_read=0.05)
COLD = 0.02 + 1.0 + 0.005 + 0.01 + 0.05 + 0.005
WARM = 0.02 + 0.005 + 0.01 + 0.03 + 0.005


@pytest.mark.parametrize(("rate", "capacity", "asked"), [(100, 50, 400), (3_000, 3_000, 10_000), (8, 2, 1_000)])
def test_a_bucket_gives_its_fill_and_then_its_rate_and_no_more(rate: int, capacity: int, asked: int) -> None:
    bucket, seconds = TokenBucket(rate, capacity), 10
    given = sum(bucket.take(number / asked) for number in range(asked * seconds + 1))
    assert given == capacity + rate * seconds
    assert bucket.refused == asked * seconds + 1 - given


def test_a_bucket_saves_no_more_than_it_holds() -> None:
    bucket = TokenBucket(10, 5)
    assert [bucket.take(0.0, 5), bucket.take(0.0), bucket.take(100.0, 6), bucket.take(100.0, 5)] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("rate", "servers"), [(50.0, 6), (80.0, 6), (20.0, 6)])
def test_what_a_full_function_refuses_is_erlangs_share(rate: float, servers: int) -> None:
    """Lambda refuses and does not queue: a loss system, M/D/c/c, whose losses Erlang's B gives for any service time."""
    service, count, drawn = 0.1, 200_000, random.Random(4)
    pool = Environments(servers, TokenBucket(1e9, 1e9), TokenBucket(1e9, 1e9))
    now, busy_until = 0.0, []
    for _ in range(count):
        now += drawn.expovariate(rate)
        for held in [entry for entry in busy_until if entry[0] <= now]:
            pool.release(held[1])
            busy_until.remove(held)
        environment = pool.acquire(now)
        if environment is not None:
            busy_until.append((now + service, environment))
    offered = rate * service
    erlang = (offered**servers / factorial(servers)) / sum(offered**k / factorial(k) for k in range(servers + 1))
    assert pool.refused / count == pytest.approx(erlang, rel=0.05, abs=0.0005)
    assert pool.started <= servers


def test_without_limits_a_boot_takes_the_sum_of_its_steps() -> None:
    outcome = Fleet(BOUNDLESS, TIMES, keeps=True, seed=1).run([0.0, 5.0, 10.0])
    assert [wait for _, wait in outcome.waited] == pytest.approx([COLD, WARM, WARM])
    assert (outcome.environments, outcome.failed, sum(outcome.refusals.values())) == (1, [], 0)


def test_what_a_process_keeps_is_read_again_after_five_minutes() -> None:
    outcome = Fleet(BOUNDLESS, TIMES, keeps=True, seed=1).run([0.0, 250.0, 400.0])
    assert [wait for _, wait in outcome.waited] == pytest.approx([COLD, WARM, WARM + 0.02])


def let_through(keeps: bool, reads: float, per_second: float, seconds: int) -> int:
    """Boots done by then, of as many a second, with nothing scarce but the shared partition's reads."""
    fleet = Fleet(replace(BOUNDLESS, partition_reads=reads), TIMES, keeps, seed=3)
    outcome = fleet.run([number / per_second for number in range(int(per_second * seconds))])
    assert fleet.reads.refused > 0
    return sum(started + wait <= seconds for started, wait in outcome.waited)


def test_the_shared_partition_lets_as_many_boots_through_as_its_units_allow() -> None:
    """Of far more VMs than it can take, over a time T: its fill and rate x T, divided by the units of a boot."""
    reads, seconds = 300.0, 40
    most = reads * (seconds + 1) / TIMES.query_units
    assert 0.8 * most <= let_through(False, reads, 24.0, seconds) <= most
    assert 5 * most < let_through(True, reads, 400.0, seconds) <= reads * (seconds + 1)


def test_a_gateway_that_lets_nothing_through_makes_every_vm_give_up_in_time() -> None:
    outcome = Fleet(replace(BOUNDLESS, stage_rate=0.0, stage_burst=0.0), TIMES, keeps=True, seed=1).run([0.0] * 20)
    assert len(outcome.failed) == 20
    assert outcome.percentile(0.5) is None
    # Full jitter of 0.2 s doubling to 8 s: about 19 tries in a minute, as the hook has them.
    assert 10 < outcome.refusals["gateway"] / 20 < 30


def test_the_same_seed_gives_the_same_fleet_and_another_seed_another() -> None:
    def waits(seed: int) -> list[tuple[float, float]]:
        return Fleet(Limits(stage_rate=20, stage_burst=20), TIMES, keeps=True, seed=seed).run([0.0] * 200).waited

    assert waits(1) == waits(1)
    assert waits(1) != waits(2)


def test_the_pages_table_is_what_was_run() -> None:
    page = (REPOSITORY / "docs" / "scaling.md").read_text()
    cases = json.loads((REPOSITORY / "benchmarks" / "results" / "fleet.json").read_text())["cases"]
    assert len(cases) > 15
    assert [case["case"] for case in cases if storm.row(case) not in page] == []


def test_percentiles_count_those_that_gave_up() -> None:
    outcome = Outcome(waited=[(0.0, float(number)) for number in range(1, 99)], launched=[0.0] * 100, failed=[0.0, 0.0])
    assert (outcome.percentile(0.5), outcome.percentile(0.98), outcome.percentile(0.99)) == (50.0, 98.0, None)
    assert (outcome.waiting_at(50.0), outcome.waiting_at(TIMEOUT_SECONDS * 2)) == (50, 2)
