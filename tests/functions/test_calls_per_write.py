"""How many AWS calls a write and a list make: exact, and the same however many secrets there are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bootseal import bootstrap
from bootseal.adapters.rows import secret_item
from bootseal.ids import timestamp
from bootseal.model import SHARED, Scope, SealedValue, Secret, project_scope
from support.calls import ALICE, call, create
from support.counting import Calls, counted

KMS = frozenset({"Sign", "Encrypt", "Decrypt", "GetPublicKey"})


def kms_calls(calls: Calls) -> list[str]:
    """The calls of KMS among `calls`."""
    return [operation for operation in calls.operations if operation in KMS]


def update(name: str, **fields: Any) -> int:
    return call("update_secret", ALICE, path={"scope": "private", "name": name}, body=fields).status


def warm() -> None:
    """Make the scope's key, and have this process know the signing key's public half."""
    for name in ("first", "next"):
        assert create(name, "made-up-value").status == 201


def test_a_create_in_a_scope_that_has_its_key_makes_one_kms_call() -> None:
    warm()
    with counted() as calls:
        assert create("second", "made-up-value").status == 201
    assert kms_calls(calls) == ["Sign"]


@pytest.mark.parametrize("fields", [{"value": "another-made-up"}, {"description": "changed"}, {"auto_install": False}])
def test_an_update_makes_one_kms_call(fields: dict[str, Any]) -> None:
    warm()
    with counted() as calls:
        assert update("first", **fields) == 200
    assert kms_calls(calls) == ["Sign"]


def test_a_new_process_fetches_the_signing_keys_public_half_once_more() -> None:
    warm()
    bootstrap.reset()
    with counted() as calls:
        assert create("second", "made-up-value").status == 201
    assert sorted(kms_calls(calls)) == ["GetPublicKey", "Sign"]


def rows(scope: Scope, count: int) -> Iterator[dict[str, Any]]:
    """Rows of `count` secrets that a list shows: it opens and verifies none of them."""
    now = timestamp(bootstrap.clock().now())
    sealed = SealedValue(b"made-up", "k000001", "made-up", None)
    first = Secret("acme", scope, "S", "S", "", True, False, sealed, "v", "v", 1, now, "alice", now, "alice", (), b"s")
    for number in range(count):
        name = f"S{number:05d}"
        yield secret_item(replace(first, name=name, env_name=name))


def put(scope: Scope, count: int) -> None:
    """Store them."""
    table = bootstrap.table()
    waiting = list(rows(scope, count))
    for start in range(0, count, 25):
        requests: Any = [{"PutRequest": {"Item": item}} for item in waiting[start : start + 25]]
        table.client.batch_write_item(RequestItems={table.name: requests})


def note_scope(scope: Scope) -> None:
    """Have the org know `scope`, as the making of its first key does."""
    assert create("known", "made-up-value", scope=scope.label).status == 201


@pytest.mark.slow
def test_the_first_page_of_5000_secrets_is_two_reads_at_once() -> None:
    put(SHARED, 5_000)
    with counted() as calls:
        answer = call("list_secrets", ALICE, query={"scope": "shared", "limit": "50"})
    assert len(answer.json["items"]) == 50
    assert calls.operations == ["Query", "Query"]


@pytest.mark.parametrize("projects", [0, 3])
def test_the_first_page_of_all_scopes_is_the_list_of_scopes_and_two_reads_for_each(projects: int) -> None:
    for number in range(projects):
        note_scope(project_scope(f"p{number}"))
    with counted() as calls:
        answer = call("list_secrets", ALICE)
    assert answer.status == 200
    assert calls.operations == ["Query"] * (1 + 2 * (2 + projects))
