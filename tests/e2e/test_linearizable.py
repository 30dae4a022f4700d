"""Histories recorded on the deployed stack, under load: could the calls have been made one after another?"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from support.deployed import Answer, Stack, Vm
from support.linearizable import UNUSED, Call, is_linearizable, single_use, versioned

PATH = "/v1/secrets/private/token"
WRITERS = 6
ROUNDS = 12
REDEEMS = 200
AT_ONCE = 8


def _get(stack: Stack) -> Call:
    sent = time.monotonic()
    answer = stack.call("alice", "GET", PATH)
    assert answer.status == 200, answer.text
    return Call(sent, time.monotonic(), ("get",), answer.json["version"])


def _put(stack: Stack, expected: str, value: str) -> Call | None:
    sent = time.monotonic()
    answer = stack.call("alice", "PATCH", PATH, {"value": value}, {"If-Match": f'"{expected}"'})
    if answer.status == 429:
        return None  # Refused before anything was done.
    assert answer.status in (200, 412), answer.text
    version = answer.json["version"] if answer.status == 200 else None
    return Call(sent, time.monotonic(), ("put", expected), version)


def _writer(stack: Stack, name: int) -> list[Call]:
    made: list[Call] = []
    for number in range(ROUNDS):
        seen = _get(stack)
        put = _put(stack, seen.got, f"made-up-{name}-{number}")
        made += [seen] if put is None else [seen, put]
    return made


def test_updates_with_if_match_under_load_are_linearizable(stack: Stack) -> None:
    start = stack.store("alice", "token", "made-up").json["version"]
    with ThreadPoolExecutor(WRITERS) as pool:
        histories = list(pool.map(lambda name: _writer(stack, name), range(WRITERS)))
    history = [call for calls in histories for call in calls]
    won = [call for call in history if call.asked[0] == "put" and call.got is not None]
    assert len(won) >= ROUNDS
    assert is_linearizable(history, start, versioned)
    last = _get(stack)
    assert is_linearizable([*history, last], start, versioned)


def _redeem(stack: Stack, token: str, vm: Vm) -> tuple[Call, Answer]:
    sent = time.monotonic()
    answer = stack.inject(token, vm)
    while answer.status == 429:
        time.sleep(0.2)
        sent, answer = time.monotonic(), stack.inject(token, vm)
    return Call(sent, time.monotonic(), vm.public_key, answer.status == 200), answer


def test_of_two_hundred_redeems_with_keys_of_their_own_exactly_one_gets_the_bundle(stack: Stack) -> None:
    stack.store("alice", "token", "made-up-value")
    boot_token = stack.boot_token(ttl_seconds=900)
    machines = [Vm.new() for _ in range(REDEEMS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda vm: _redeem(stack, boot_token, vm), machines))
    kinds = Counter((answer.status, answer.json.get("code")) for _, answer in outcomes)
    assert kinds == {(200, None): 1, (401, "token_used"): REDEEMS - 1}
    winner = next(number for number, (_, answer) in enumerate(outcomes) if answer.status == 200)
    again, answer = _redeem(stack, boot_token, machines[winner])
    assert machines[winner].open(boot_token, answer) == {"TOKEN": "made-up-value"}
    assert is_linearizable([*(call for call, _ in outcomes), again], UNUSED, single_use)
