"""`Idempotency-Key`: once, however often it is sent; and nothing stored that helps to guess a value."""

import base64
import hashlib
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from bootseal import bootstrap
from bootseal.sealing import seal
from support.atomic import one_call_at_a_time
from support.aws import TABLE, scan
from support.boots import booted
from support.calls import ALICE, BOB, MALLORY, Answer, Person, call

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def make(key: str | None, person: Person = ALICE, **fields: Any) -> Answer:
    body = {"name": "token", "scope": "private", "value": VALUE, **fields}
    body = {name: field for name, field in body.items() if field is not None}
    return call("create_secret", person, body=body, headers={"Idempotency-Key": key} if key else {})


def remembered() -> list[dict[str, Any]]:
    return [item for item in scan() if "#IDEMPOTENCY#" in item["pk"]["S"]]


@pytest.fixture(params=["short-1", "3f1f9bb2-6a55-4f0e-9a8e-000000000000"])
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_request_sent_again_gets_the_same_answer_and_makes_nothing(key: str) -> None:
    first = make(key, description="Once")
    assert (first.status, "Idempotent-Replayed" in first.headers) == (201, False)
    before = scan()
    again = make(key, description="Once")
    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [again.headers[name] for name in ("ETag", "Location")] == [first.headers[n] for n in ("ETag", "Location")]
    assert scan() == before


def test_the_answer_stays_the_same_after_the_secret_has_changed(key: str) -> None:
    first = make(key)
    path = {"scope": "private", "name": "token"}
    call("update_secret", path=path, body={"value": "another", "description": "Changed"})
    assert make(key).text == first.text
    call("delete_secret", path=path)
    gone = make(key)
    assert (gone.status, gone.code) == (409, "conflict")
    assert "deleted since" in gone.json["detail"]


@pytest.mark.parametrize(
    "difference",
    [
        {"value": "sk-made-up-bbbbbbbbbbbbbbbb"},
        {"name": "other"},
        {"scope": "shared"},
        {"description": "Another"},
        {"auto_install": False},
        {"instructions_safe": True},
        {"value": None, "encrypted_value": base64.b64encode(b"x" * 64).decode(), "key_id": "k000001"},
    ],
    ids="+".join,
)
def test_the_same_key_with_another_request_is_a_conflict(key: str, difference: dict[str, Any]) -> None:
    assert make(key).status == 201
    before = scan()
    answer = make(key, **difference)
    assert (answer.status, answer.code) == (409, "idempotency_conflict")
    assert VALUE not in answer.text
    assert scan() == before


def test_a_sealed_value_is_told_by_its_ciphertext(key: str) -> None:
    sealing = call("get_public_key", path={"scope": "private"}, query={"name": "token"}).json
    fields = {"value": None, "key_id": sealing["key_id"], "hint": "sk-m…aaaa"}
    public, info = base64.b64decode(sealing["public_key"]), base64.b64decode(sealing["info"])
    one, two = (base64.b64encode(seal(public, VALUE.encode(), info)).decode() for _ in range(2))
    first = make(key, **fields, encrypted_value=one)
    assert make(key, **fields, encrypted_value=one).text == first.text
    assert make(key, **fields, encrypted_value=two).code == "idempotency_conflict"


def test_keys_are_each_callers_own(key: str) -> None:
    assert [make(key, person, name="mine").status for person in (ALICE, BOB, MALLORY)] == [201] * 3
    assert len({item["sk"]["S"] for item in remembered()}) == 3


def test_a_permission_that_was_taken_away_is_not_replayed(key: str) -> None:
    assert make(key, scope="shared").status == 201
    lesser = Person(permissions="secrets:read")
    assert make(key, lesser, scope="shared").code == "not_allowed"


def test_a_request_that_failed_may_be_sent_again(key: str) -> None:
    assert make(key, name="LD_PRELOAD").status == 422
    make(None)
    assert make(key).code == "name_conflict"
    call("delete_secret", path={"scope": "private", "name": "token"})
    assert make(key).status == 201


def test_a_key_is_forgotten_after_a_day(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make(key)
    call("delete_secret", path={"scope": "private", "name": "token"})

    class Tomorrow:
        def now(self) -> datetime:
            return datetime.now(UTC) + timedelta(days=1, seconds=1)

    (row,) = remembered()
    assert abs(int(row["expires_at"]["N"]) - datetime.now(UTC).timestamp() - 86_400) < 60
    monkeypatch.setattr(bootstrap.clients, "clock", Tomorrow)
    for made in ("once", "secret_creator", "secret_editor", "scope_keys", "signing"):
        getattr(bootstrap, made).cache_clear()
    assert make(key, value="a new day").status == 201


@pytest.mark.parametrize("bad", ["", "x" * 129, "with space", "tab\t", "ümlaut"])
def test_a_malformed_key_is_refused(bad: str) -> None:
    answer = call("create_secret", body={}, headers={"Idempotency-Key": bad})
    assert answer.status == 400
    body = {"name": "token", "scope": "private", "value": VALUE}
    assert call("create_secret", body=body, headers={"Idempotency-Key": bad}).status == 400
    assert scan() == []


def test_nothing_stored_is_the_key_or_a_digest_anybody_could_compute_of_key_or_value() -> None:
    key = str(uuid.uuid4())
    make(key)
    (row,) = remembered()
    told = repr(row)
    for text in (key, VALUE):
        assert text not in told
        for digest in (hashlib.sha256, hashlib.sha512, hashlib.sha1, hashlib.md5):
            assert digest(text.encode()).hexdigest() not in told
    assert "hint" not in row
    assert "sk-m" not in told


def test_of_many_at_once_one_is_carried_out_and_all_get_its_answer(key: str) -> None:
    answers: list[Answer] = []
    with one_call_at_a_time():
        threads = [threading.Thread(target=lambda: answers.append(make(key))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answer.status for answer in answers] == [201] * 12
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len([item for item in scan() if item["sk"]["S"] == "SECRET#TOKEN"]) == 1


def test_a_clone_sent_again_is_one_clone(key: str) -> None:
    make(None)
    path = {"scope": "private", "name": "token"}
    headers = {"Idempotency-Key": key}
    first = call("clone_secret", path=path, body={"scope": "shared"}, headers=headers)
    again = call("clone_secret", path=path, body={"scope": "shared"}, headers=headers)
    assert (first.status, again.status, again.text) == (201, 201, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = call("clone_secret", path=path, body={"scope": "shared", "name": "x"}, headers=headers)
    assert other.code == "idempotency_conflict"


def test_an_import_sent_again_is_one_import(key: str) -> None:
    entries = [{"name": "one", "value": VALUE}, {"name": "two", "value": VALUE}]
    body = {"scope": "private", "entries": entries, "on_conflict": "update"}
    headers = {"Idempotency-Key": key}
    first = call("import_secrets", body=body, headers=headers)
    before = scan()
    again = call("import_secrets", body=body, headers=headers)
    assert (first.status, again.status, again.text) == (200, 200, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert scan() == before
    body["entries"][1]["value"] = "another"
    assert call("import_secrets", body=body, headers=headers).code == "idempotency_conflict"
    assert booted() == {"ONE": VALUE, "TWO": VALUE}


def test_one_key_for_two_kinds_of_request_is_a_conflict(key: str) -> None:
    make(key)
    body = {"scope": "private", "entries": [{"name": "token", "value": VALUE}]}
    assert call("import_secrets", body=body, headers={"Idempotency-Key": key}).code == "idempotency_conflict"


def test_a_row_whose_digest_was_changed_is_another_request(key: str) -> None:
    make(key)
    (row,) = remembered()
    row["request_digest"] = {"S": "0" * 64}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    assert make(key).code == "idempotency_conflict"
