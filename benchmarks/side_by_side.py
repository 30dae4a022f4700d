"""A whole boot beside what people would pick instead: the same values, endpoint and injected delay a call.

    python benchmarks/side_by_side.py [--stack FILE] [--quick]

Ours is everything from the hook's request to the opened bundle: the hook's own code, `boot_inject` in a process that
has booted before, and its AWS calls. API Gateway's and Lambda's own time is not in it, as there is neither here. The
others are read by a client that has read before. Every AWS call passes a relay that holds it back; `ours, and its own
call` also holds back the hook's call to the API. Rounds take turns, so that a busy machine slows all alike.
"""

import base64
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import urllib3

from bootseal.model import SecretValue
from bootseal.sealing import generate_key_pair
from bootseal_cli.vm.bundle import open_bundle
from bootseal_cli.vm.deadline import Deadline
from bootseal_cli.vm.inject import Request, ask
from common import options, results, rivals
from common.processes import front, relay
from common.rivals import Fetch
from common.stack import PROJECT, USER, VALUE, Stack, boot_token, seed, stack, use

COUNTS, DELAYS, ROUNDS = (100, 500), (5.0, 25.0), 7
GOALS = {
    100: {"secrets_manager": 2, "ssm": 4, "credstash": 20},
    500: {"secrets_manager": 8, "ssm": 15, "credstash": 50},
}
"""At least so many times as fast as each (the project's goals)."""

OURS = "bootseal"


def boot(url: str, count: int) -> float:
    """One boot from the hook's request to the opened bundle; gives its milliseconds. Issuing is the launcher's."""
    token = SecretValue(boot_token(count))
    began = time.perf_counter()
    private, public = generate_key_pair()
    answer = ask(Request(url, token, {"public_key": base64.b64encode(public).decode()}), Deadline(60))
    assert answer.status == 200, answer.body
    bundle = open_bundle(answer.document(), private, token)
    took = (time.perf_counter() - began) * 1000
    assert list(bundle.environment.values()) == [VALUE] * count
    return took


def new_process(url: str, count: int) -> float:
    """The first boot of a process: no client, no key, no connection."""
    urllib3.PoolManager().request("POST", f"{url}/forget", body=b"")
    return boot(url, count)


@contextmanager
def fetchers(place: Stack, count: int, delay: float, *, remember: bool) -> Iterator[Mapping[str, Fetch]]:
    """Everything that is compared, behind `delay` milliseconds a call."""
    with ExitStack() as running:
        late = place.environment(running.enter_context(relay(place.port, delay, remember=remember)))
        api = running.enter_context(front(late))
        late_api = running.enter_context(relay(api, delay, remember=False))
        others = running.enter_context(rivals.credstash(late))
        yield {
            OURS: lambda: boot(f"http://127.0.0.1:{api}", count),
            "bootseal_with_its_own_call": lambda: boot(f"http://127.0.0.1:{late_api}", count),
            "bootseal_new_process": lambda: new_process(f"http://127.0.0.1:{api}", count),
            "secrets_manager": rivals.secrets_manager(count, late),
            "ssm": rivals.ssm(count, late),
            "credstash": lambda: others.order("get", count),
        }


def compare(compared: Mapping[str, Fetch], rounds: int) -> dict[str, Any]:
    """Milliseconds of each and, round by round, how many times as long as ours the others took."""
    for fetch in compared.values():
        fetch()
    taken = [{name: fetch() for name, fetch in compared.items()} for _ in range(rounds)]
    ratios = {name: [turn[name] / turn[OURS] for turn in taken] for name in GOALS[min(GOALS)]}
    return {
        "milliseconds": {name: results.summary([turn[name] for turn in taken]) for name in compared},
        "times_as_fast": {name: results.summary(each) for name, each in ratios.items()},
    }


def measure(place: Stack, counts: tuple[int, ...], delays: tuple[float, ...], rounds: int) -> list[dict[str, Any]]:
    """All comparisons: with the emulator's own answers, and with its answers to reads repeated from memory."""
    direct = place.environment()
    use(direct)
    found = []
    with rivals.credstash(direct) as filling:
        for count in counts:
            seed(count)
            rivals.put_aws(count, direct)
            filling.order("put", count)
    for count in counts:
        for delay in delays:
            for remember in (True, False):
                with fetchers(place, count, delay, remember=remember) as compared:
                    case = {"secrets": count, "delay_ms": delay, "reads_from_memory": remember}
                    found.append({**case, **compare(compared, rounds)})
                    print(case, {k: v["median"] for k, v in found[-1]["milliseconds"].items()}, flush=True)
    return found


def main() -> None:
    """Measure and save."""
    given = options.parser(__doc__, on_a_stack=True).parse_args()
    counts, delays, rounds = ((10,), (5.0,), 2) if given.quick else (COUNTS, DELAYS, ROUNDS)
    with stack(given.stack) as place:
        found = measure(place, counts, delays, rounds)
    for case in found:
        print(case["secrets"], case["delay_ms"], case["reads_from_memory"], case["milliseconds"], case["times_as_fast"])
    if not given.quick:
        print(results.save("side_by_side", {"cases": found, "goals": GOALS, "user": USER, "project": PROJECT}))


if __name__ == "__main__":
    main()
