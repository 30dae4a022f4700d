"""The checker itself: it must be able to say no."""

import pytest

from support.linearizable import UNUSED, Call, is_linearizable, single_use, versioned

GOOD = {
    "one after another": [Call(0, 1, ("put", "a"), "b"), Call(2, 3, ("get",), "b")],
    "a read beside a write may see either": [Call(0, 9, ("put", "a"), "b"), Call(1, 2, ("get",), "a")],
    "a read beside a write sees it early": [Call(0, 9, ("put", "a"), "b"), Call(1, 2, ("get",), "b")],
    "the loser of two": [Call(0, 5, ("put", "a"), "b"), Call(0, 5, ("put", "a"), None)],
    "a chain out of order of sending": [Call(0, 9, ("put", "b"), "c"), Call(1, 8, ("put", "a"), "b")],
}
BAD = {
    "an old read after a write": [Call(0, 1, ("put", "a"), "b"), Call(2, 3, ("get",), "a")],
    "two winners": [Call(0, 5, ("put", "a"), "b"), Call(0, 5, ("put", "a"), "c")],
    "a lost update": [Call(0, 1, ("put", "a"), "b"), Call(2, 3, ("put", "b"), "c"), Call(4, 5, ("get",), "b")],
    "a loser without a winner": [Call(0, 1, ("put", "a"), None)],
    "a read of what nobody wrote": [Call(0, 1, ("get",), "z")],
    "back in time": [Call(0, 9, ("put", "a"), "b"), Call(1, 2, ("get",), "b"), Call(3, 4, ("get",), "a")],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_history_that_could_be_is_let_through(name: str) -> None:
    assert is_linearizable(GOOD[name], "a", versioned)


@pytest.mark.parametrize("name", BAD)
def test_a_history_that_cannot_be_is_found(name: str) -> None:
    assert not is_linearizable(BAD[name], "a", versioned)


def test_a_single_use_has_one_user() -> None:
    assert is_linearizable([Call(0, 5, "k", True), Call(1, 4, "l", False), Call(6, 7, "k", True)], UNUSED, single_use)
    assert not is_linearizable([Call(0, 5, "k", True), Call(1, 4, "l", True)], UNUSED, single_use)
    assert not is_linearizable([Call(0, 5, "k", False)], UNUSED, single_use)
    assert not is_linearizable([Call(0, 1, "k", True), Call(2, 3, "k", False)], UNUSED, single_use)


def test_a_long_history_is_checked_quickly() -> None:
    chain = [Call(n, n + 7.5, ("put", n), n + 1) for n in range(60)]
    losers = [Call(n + 3, n + 8.5, ("put", n), None) for n in range(60)]
    assert is_linearizable([*chain, *losers], 0, versioned)
