"""One boot token and several VMs: exactly one of them gets a bundle, and may ask again."""

from concurrent.futures import ThreadPoolExecutor

from support.deployed import Stack, Vm


def test_of_many_vms_at_once_exactly_one_gets_a_bundle(stack: Stack) -> None:
    stack.store("alice", "A", "made-up")
    token, vms = stack.boot_token(), [Vm.new() for _ in range(8)]
    with ThreadPoolExecutor(len(vms)) as at_once:
        answers = list(at_once.map(lambda vm: stack.inject(token, vm), vms))
    winners = [vm for vm, answer in zip(vms, answers, strict=True) if answer.status == 200]
    assert len(winners) == 1
    assert {(answer.status, answer.code) for answer in answers if answer.status != 200} == {(401, "token_used")}


def test_the_winner_may_ask_again_and_gets_the_same_versions(stack: Stack) -> None:
    stack.store("alice", "A", "first-made-up")
    token, vm = stack.boot_token(), Vm.new()
    first = stack.inject(token, vm)
    again = stack.inject(token, vm)
    assert (first.status, again.status) == (200, 200)
    assert vm.open(token, again) == vm.open(token, first) == {"A": "first-made-up"}
    assert again.json["receipt"]["secrets"] == first.json["receipt"]["secrets"]


def test_a_change_between_the_tries_does_not_reach_the_winners_retry(stack: Stack) -> None:
    stack.store("alice", "A", "first-made-up")
    token, vm = stack.boot_token(), Vm.new()
    first = stack.inject(token, vm)
    stack.call("alice", "PATCH", "/v1/secrets/private/A", {"value": "second-made-up"})
    again = stack.inject(token, vm)
    assert (first.status, again.status) == (200, 200)
    assert vm.open(token, again) == {"A": "first-made-up"}
    assert stack.boot() == {"A": "second-made-up"}


def test_a_bundle_opens_with_the_winners_key_alone(stack: Stack) -> None:
    import pytest

    from bootseal.errors import BootsealError

    stack.store("alice", "A", "made-up")
    token, vm = stack.boot_token(), Vm.new()
    answer = stack.inject(token, vm)
    with pytest.raises(BootsealError):
        Vm.new().open(token, answer)


def test_an_unknown_token_is_invalid_and_an_issued_one_lies_nowhere_in_the_table(stack: Stack) -> None:
    token = stack.boot_token()
    unknown = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert stack.inject(unknown, Vm.new()).code == "token_invalid"
    assert token not in str(stack.rows())
