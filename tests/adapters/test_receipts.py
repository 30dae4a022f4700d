"""Receipts in the table: what is put comes back, whichever process asks; what was changed is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootseal import bootstrap
from bootseal.adapters.boot_log import TableBootLog
from bootseal.adapters.part_rows import PartRef, parse_ref
from bootseal.adapters.receipt_rows import receipt_key
from bootseal.adapters.receipt_store import BootReceiptStore
from bootseal.boot_model import BootSubject, Receipt, ReceiptEntry, Status
from bootseal.errors import IntegrityError, Throttled
from bootseal.ids import new_event_id
from bootseal.model import SHARED, Scope, private_scope, project_scope
from bootseal.names import env_name
from bootseal.services.selection import in_order
from bootseal.timeline import ALWAYS
from support.aws import running
from support.counting import counted

SUBJECT = BootSubject("acme", "auth0|alice", "planner")
SCOPES = (private_scope("auth0|alice"), project_scope("planner"), SHARED)


@pytest.fixture(scope="module", autouse=True)
def aws() -> Iterator[None]:
    """One account for all tests here: each uses sessions of its own."""
    with running():
        yield


def store() -> BootReceiptStore:
    """The store of a process that has just started."""
    return BootReceiptStore(bootstrap.table(), 90)


def line(name: str, scope: Scope, status: Status) -> ReceiptEntry:
    return ReceiptEntry(name, env_name(name), scope, "0123456789abcdef0123", status)


def receipt(*entries: ReceiptEntry, created_at: str = "2026-01-02T03:04:05.678Z") -> Receipt:
    token_hash = new_event_id() * 2
    return Receipt(SUBJECT, f"s-{token_hash}", "vm", token_hash, created_at, in_order(entries))


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
statuses = st.sampled_from([Status.INJECTED, Status.SHADOWED, Status.DISABLED, Status.UNDECLARED, Status.REJECTED])
entries = st.lists(
    st.builds(line, names, st.sampled_from(SCOPES), statuses)
    | st.builds(lambda name: ReceiptEntry(env_name(name), env_name(name), None, None, Status.MISSING), names),
    max_size=12,
    unique_by=lambda entry: (entry.env_name, entry.scope),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries)
def test_any_receipt_comes_back_as_it_was_put(given_entries: list[ReceiptEntry]) -> None:
    made = receipt(*given_entries)
    assert store().put(made) is made
    assert store().get("acme", made.session_id, made.token_hash) == made


def test_a_token_has_one_receipt_and_the_first_stays() -> None:
    first = receipt(line("a", SHARED, Status.INJECTED))
    second = Receipt(SUBJECT, first.session_id, "vm", first.token_hash, "2026-01-02T03:04:06.000Z", ())
    store().put(first)
    assert store().put(second) == first


def test_a_receipt_that_carried_nothing_is_read_through_its_parts() -> None:
    warm, entry = store(), line("through-its-parts", SHARED, Status.INJECTED)
    warm.put(receipt(entry))
    made = receipt(entry)
    with counted() as calls:
        warm.put(made)
    assert calls.operations == ["PutItem"]
    assert store().get("acme", made.session_id, made.token_hash) == made


def test_a_process_that_starts_reads_a_fresh_part_and_does_not_write_it_again() -> None:
    entry = line("read-and-not-written", SHARED, Status.INJECTED)
    store().put(receipt(entry))
    with counted() as calls:
        store().put(receipt(entry))
    assert sorted(calls.operations) == ["GetItem", "PutItem"]


def test_parts_too_large_to_ride_are_stored_before_the_receipt() -> None:
    many = [line(f"name-{new_event_id()}", SHARED, Status.INJECTED) for _ in range(1_200)]
    made = receipt(*many)
    with counted() as calls:
        store().put(made)
    assert calls.operations == ["GetItem", "PutItem", "GetItem", "PutItem", "PutItem"]
    assert store().get("acme", made.session_id, made.token_hash) == made


def test_a_receipt_whose_part_is_gone_or_changed_is_refused_and_not_shortened() -> None:
    warm, entry = store(), line("gone", SHARED, Status.INJECTED)
    warm.put(receipt(entry))
    made = receipt(entry)
    warm.put(made)
    row = bootstrap.table().get(
        {"pk": {"S": f"ORG#acme#SESSION#{made.session_id}"}, "sk": {"S": f"BOOT#{made.token_hash}"}}
    )
    assert row is not None
    key = parse_ref("acme", row["parts"]["L"][0]["S"]).keys[0]
    bootstrap.table().put({**key, "body": {"B": b"not what was there"}, "seen_at": {"S": ""}})
    with pytest.raises(IntegrityError):
        store().get("acme", made.session_id, made.token_hash)
    bootstrap.table().client.delete_item(TableName=bootstrap.table().name, Key=key)
    with pytest.raises(IntegrityError):
        store().get("acme", made.session_id, made.token_hash)


@pytest.mark.parametrize("user", ["alice", "auth0|alice", "a|b|c", "https://idp.example/x|1"])
def test_a_part_is_named_unmistakably_whatever_the_user_is_called(user: str) -> None:
    ref = PartRef("acme", private_scope(user), "2026-01-02#abc", 2)
    assert parse_ref("acme", ref.text) == ref


@pytest.mark.parametrize("text", ["", "shared", "shared|x", "shared|x|y", "nowhere|x|1"])
def test_what_names_no_part_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        parse_ref("acme", text)


def size(value: dict[str, Any]) -> int:
    """Bytes of an attribute's value (DynamoDB developer guide, item sizes and formats), rounded up for numbers."""
    ((kind, content),) = value.items()
    if kind == "L":
        return 3 + sum(1 + size(element) for element in content)
    return len(content) // 2 + 2 if kind == "N" else len(content.encode())


def test_a_usual_receipt_takes_one_write_unit_in_the_table_and_in_each_index() -> None:
    """Ids as issuers and clouds make them; parts that are stored already, in all scopes and so in all indexes."""
    user, session = "3f2a9c1e-5b7d-4e8f-9a0b-1c2d3e4f5a6b", "6d1f0c2b-8a7e-4f3d-b1c0-9e8d7c6b5a49"
    subject = BootSubject("acme", user, "planner", "staging")
    lines = tuple(line(name, scope, Status.INJECTED) for scope in subject.scopes for name in ("ONE", "TWO"))
    made = [
        Receipt(
            *(subject, session, "i-0123456789abcdef0", new_event_id() * 2, "2026-01-02T03:04:05.678Z", in_order(lines)),
            defaults=("LOG_LEVEL", "REGION"),
            environment_version="00000001" + "0" * 12,
            source_ip="192.0.2.123",
            user_agent="bootseal-boot",
        )
        for _ in range(2)
    ]
    warm = store()
    for each in made:
        warm.put(each)
    row = bootstrap.table().get(receipt_key("acme", session, made[1].token_hash))
    assert row is not None
    assert {f"gsi{number}pk" for number in (1, 2, 3, 4)} < set(row)
    assert sum(len(name) + size(value) for name, value in row.items()) <= 1_024
    assert store().get("acme", session, made[1].token_hash) == made[1]


class Leaving:
    """Makes DynamoDB leave keys of a BatchGetItem unprocessed, the first `times` times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, params: dict[str, Any], model: Any, **_: Any) -> Any:
        if model.name != "BatchGetItem" or not self.times:
            return None
        self.times -= 1
        import json

        asked = json.loads(params["body"])["RequestItems"]
        return type("Http", (), {"status_code": 200})(), {"Responses": {}, "UnprocessedKeys": asked}


def test_keys_that_were_left_unprocessed_are_asked_for_again_and_never_dropped() -> None:
    table = bootstrap.table()
    key = {"pk": {"S": "ORG#acme#PARTS#shared"}, "sk": {"S": "2026-01-02#left#000"}}
    table.put(key)
    for times, found in ((3, 1), (99, None)):
        leave = Leaving(times)
        table.client.meta.events.register("before-call.dynamodb.BatchGetItem", leave)
        try:
            if found is None:
                with pytest.raises(Throttled):
                    table.get_many([key])
            else:
                assert len(table.get_many([key])) == found
        finally:
            table.client.meta.events.unregister("before-call.dynamodb.BatchGetItem", leave)


def test_more_keys_than_one_call_takes_are_all_read_each_once() -> None:
    table = bootstrap.table()
    keys = [{"pk": {"S": "ORG#acme#PARTS#shared"}, "sk": {"S": f"2026-01-02#many#{n:03d}"}} for n in range(230)]
    for key in keys:
        table.put(key)
    with counted() as calls:
        assert len(table.get_many([*keys, *keys])) == 230
    assert calls.operations == ["BatchGetItem"] * 3


def test_a_row_that_poses_as_a_receipt_from_elsewhere_is_not_shown() -> None:
    made = receipt(line("posing", SHARED, Status.INJECTED))
    store().put(made)
    key = {"pk": {"S": f"ORG#acme#SESSION#{made.session_id}"}, "sk": {"S": f"BOOT#{made.token_hash}"}}
    row = bootstrap.table().get(key)
    assert row is not None
    bootstrap.table().put({**row, "pk": {"S": "ORG#acme#REFUSED#x"}, "user": {"S": "mallory"}})
    source = TableBootLog(bootstrap.table()).of_user("acme", SUBJECT.user)
    users = {entry.content.subject.user for entry in source.batch(ALWAYS, 1_000).entries}
    assert users == {SUBJECT.user}
