"""Several calls at once: all are waited for, the first error in order is raised."""

import threading
import time

import pytest

from bootseal.parallel import settled, together


def test_results_come_in_order() -> None:
    def slow(number: int) -> int:
        time.sleep(0.02 * (3 - number))
        return number

    assert together([lambda n=n: slow(n) for n in range(4)]) == [0, 1, 2, 3]  # type: ignore[misc]
    assert together([lambda: 7]) == [7]


def test_the_calls_run_at_once() -> None:
    barrier = threading.Barrier(4, timeout=10)
    together([barrier.wait] * 4)


@pytest.mark.parametrize("failing", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 1, 2}])
def test_the_first_error_is_raised_after_every_call_has_ended(failing: set[int]) -> None:
    ended = []

    def work(number: int) -> int:
        time.sleep(0.01 * number)
        ended.append(number)
        if number in failing:
            raise LookupError(number)
        return number

    with pytest.raises(LookupError) as raised:
        together([lambda n=n: work(n) for n in range(3)])  # type: ignore[misc]
    assert raised.value.args == (min(failing),)
    assert sorted(ended) == [0, 1, 2]


def test_what_became_of_each_call_is_kept_apart() -> None:
    def failing() -> int:
        raise LookupError(1)

    outcomes = settled([lambda: 1, failing, lambda: 3])
    assert [outcome.done() for outcome in outcomes] == [True] * 3
    assert outcomes[0].result() == 1
    assert isinstance(outcomes[1].exception(), LookupError)
    assert outcomes[2].result() == 3
    assert isinstance(settled([failing])[0].exception(), LookupError)
