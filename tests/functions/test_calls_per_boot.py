"""How many AWS calls a boot makes: exact, and the same however many secrets there are. Counted at botocore."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bootseal import bootstrap
from bootseal.model import SHARED, private_scope, project_scope
from support.calls import call, create, inject, issue
from support.checksums import forget_contents, set_by_hand
from support.seeding import seed

SCOPES = (private_scope("alice"), project_scope("atlas"), SHARED)
WRITES = {"dynamodb:UpdateItem": 1, "dynamodb:PutItem": 1}
"""The token's use and the receipt."""

KNOWN = {**WRITES, "dynamodb:BatchGetItem": 1}
"""A boot whose scopes are all as this process read them before."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """AWS calls made by this process's clients meanwhile, by name. Calls a retry repeats count each time."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[f"{model.service_model.service_name}:{model.name}"] += 1

    clients = (bootstrap.table().client, bootstrap.signer().client)
    for client in clients:
        client.meta.events.register("before-call", count, unique_id="counting")
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", count, unique_id="counting")


def boot() -> tuple[int, dict[str, int]]:
    """Boot a VM of alice in project atlas; gives the number of variables it got and the calls that took."""
    token = issue("alice", project="atlas")
    with counted() as calls:
        answer = inject(token)
    assert answer.status == 200, answer.text
    return len(answer.json["env"]), dict(calls)


def cold_boot() -> tuple[int, dict[str, int]]:
    """The same in a process that has just started."""
    token = issue("alice", project="atlas")
    bootstrap.reset()
    with counted() as calls:
        answer = inject(token)
    return len(answer.json["env"]), dict(calls)


def spread(count: int) -> None:
    """Put `count` secrets over three scopes, as evenly as goes."""
    for number, scope in enumerate(SCOPES):
        share = len(range(number, count, len(SCOPES)))
        if share:
            seed("acme", scope, share, "sk-made-up-value", prefix=f"S{number}")


@pytest.mark.parametrize("count", [1, 10, 100, 500, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_warm_boot_is_one_token_write_one_read_of_its_scopes_and_one_receipt_without_kms(count: int) -> None:
    spread(count)
    boot()
    # All scopes are as this process has read them: one call asks for their checksums.
    assert boot() == boot() == (count, KNOWN)
    # It has read none of them in the last five minutes: one Query a scope.
    forget_contents()
    assert boot() == (count, {**WRITES, "dynamodb:Query": 3 + _extra_pages(count)})


@pytest.mark.parametrize("count", [3, 500])
def test_a_cold_boot_adds_one_kms_call_a_scope_and_one_for_the_signing_key(count: int) -> None:
    spread(count)
    cold = {**WRITES, "dynamodb:Query": 3, "kms:Decrypt": 3, "kms:GetPublicKey": 1}
    # What the receipt names is looked up once a process, and stored where no process has.
    assert cold_boot() == (count, {**cold, "dynamodb:GetItem": 3, "dynamodb:PutItem": 4})
    assert cold_boot() == (count, {**cold, "dynamodb:GetItem": 3})


def test_the_boot_after_a_change_queries_the_changed_scope_alone_and_the_next_one_none() -> None:
    spread(3)
    boot()
    assert create("new", "sk-made-up-value", "shared").status == 201
    # A receipt with another list of the scope's secrets: that one is stored as well.
    assert boot() == (4, {**KNOWN, "dynamodb:Query": 1, "dynamodb:GetItem": 1, "dynamodb:PutItem": 2})
    assert boot() == (4, KNOWN)


def test_a_scope_without_a_right_checksum_is_queried_at_every_boot_until_a_rotation_counts_it() -> None:
    spread(3)
    boot()
    set_by_hand("acme", SHARED)
    assert boot() == (3, {**KNOWN, "dynamodb:Query": 1})
    # Not among those asked for: it was never kept.
    assert boot() == boot() == (3, {**KNOWN, "dynamodb:Query": 1})
    assert call("rotate_scope_key", path={"scope": "shared"}, body={"resume": True}).status == 200
    assert boot()[1]["dynamodb:Query"] == 1
    assert boot() == (3, KNOWN)


def test_scopes_that_hold_nothing_are_known_as_well() -> None:
    create("only", "sk-made-up-value")
    boot()
    assert boot() == (1, KNOWN)


def _extra_pages(count: int) -> int:
    """DynamoDB gives at most 1 MB a page; a row of ours with a short value is about 0.7 kB."""
    return 0 if count <= 2000 else 1
