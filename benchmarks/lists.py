"""Lists behind an injected delay: how many round trips the first page waits for.

    python benchmarks/lists.py [--stack FILE] [--quick]

The function runs here, warm, against the local stack behind a relay that holds back every call and remembers answers
to reads. Writes are not timed: the emulator copies its table for a transaction, which takes longer than any network.
tests/functions/test_calls_per_write.py asserts the exact calls of both.
"""

import time
from collections.abc import Callable
from typing import Any

from common import options, results
from common.processes import relay
from common.stack import RUN, VALUE, Stack, stack, use, use_tests_support

use_tests_support()

from bootseal.model import SHARED  # noqa: E402
from support import seeding  # noqa: E402
from support.calls import Person, call  # noqa: E402

SECRETS, DELAY_MS, ROUNDS = 5_000, 25.0, 9
ORG = f"benchlist{RUN}"
EVERYBODY = Person(user="bench", org=ORG)


def timed(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Milliseconds of each of `rounds` times `work`, after one that is not counted."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return results.summary(taken, 1)


def first_page(**query: str) -> None:
    """The first page of a list, which must be full."""
    answer = call("list_secrets", EVERYBODY, query={"limit": "50", **query})
    assert len(answer.json["items"]) == 50, answer.text


def measure(place: Stack, count: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of the first pages of lists."""
    use(place.environment())
    seeding.seed(ORG, SHARED, count, VALUE, prefix="LISTED")
    found: dict[str, Any] = {"secrets": count, "delay_ms": DELAY_MS}
    with relay(place.port, DELAY_MS, remember=True) as port:
        use(place.environment(port))
        found["first_page_of_a_scope"] = timed(lambda: first_page(scope="shared"), rounds)
        found["first_page_of_all_scopes"] = timed(first_page, rounds)
    return found


def main() -> None:
    """Measure and save."""
    given = options.parser(__doc__, on_a_stack=True).parse_args()
    with stack(given.stack) as place:
        found = measure(place, 60, 2) if given.quick else measure(place, SECRETS, ROUNDS)
    print(found)
    if not given.quick:
        print(results.save("lists", found))


if __name__ == "__main__":
    main()
