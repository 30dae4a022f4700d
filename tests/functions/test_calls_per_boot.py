"""How many AWS calls a boot makes: exact, and the same however many secrets there are. Counted at botocore."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bootseal import bootstrap
from bootseal.model import SHARED, private_scope, project_scope
from support.calls import inject, issue
from support.seeding import seed

SCOPES = (private_scope("alice"), project_scope("atlas"), SHARED)


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


def boot() -> int:
    """Boot a VM of alice in project atlas; gives the number of variables it got."""
    answer = inject(issue("alice", project="atlas"))
    assert answer.status == 200, answer.text
    return len(answer.json["env"])


def spread(count: int) -> None:
    """Put `count` secrets over three scopes, as evenly as goes."""
    for number, scope in enumerate(SCOPES):
        share = len(range(number, count, len(SCOPES)))
        if share:
            seed("acme", scope, share, "sk-made-up-value", prefix=f"S{number}")


@pytest.mark.parametrize("count", [1, 10, 100, 500, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_warm_boot_is_one_token_write_one_query_a_scope_and_one_receipt_without_kms(count: int) -> None:
    spread(count)
    boot()
    token = issue("alice", project="atlas")
    with counted() as calls:
        answer = inject(token)
    assert len(answer.json["env"]) == count
    assert calls == {"dynamodb:UpdateItem": 1, "dynamodb:Query": 3 + _extra_pages(count), "dynamodb:PutItem": 1}


@pytest.mark.parametrize("count", [3, 500])
def test_a_cold_boot_adds_one_kms_call_a_scope_and_one_for_the_signing_key(count: int) -> None:
    spread(count)
    token = issue("alice", project="atlas")
    bootstrap.reset()
    with counted() as calls:
        answer = inject(token)
    assert len(answer.json["env"]) == count
    kms = {name: times for name, times in calls.items() if name.startswith("kms:")}
    assert kms == {"kms:Decrypt": len(SCOPES), "kms:GetPublicKey": 1}
    assert calls["dynamodb:Query"] == len(SCOPES)


def _extra_pages(count: int) -> int:
    """DynamoDB gives at most 1 MB a page; a row of ours with a short value is about 0.7 kB."""
    return 0 if count <= 2000 else 1
