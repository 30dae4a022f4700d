"""Rotating a scope's key through the functions."""

import base64
from typing import Any

import boto3
import pytest

from bootseal import bootstrap
from bootseal.sealing import seal, value_info
from bootseal.services import key_rotation
from support.aws import TABLE, scan
from support.boots import booted
from support.calls import ALICE, BOB, MALLORY, Answer, Person, call, create

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def rotate(scope: str = "shared", person: Person = ALICE, **body: Any) -> Answer:
    return call("rotate_scope_key", person, path={"scope": scope}, body=body)


def rows(prefix: str) -> dict[str, dict[str, Any]]:
    return {item["sk"]["S"]: item for item in scan() if item["sk"]["S"].startswith(prefix)}


def sealed_to() -> dict[str, str]:
    return {name.removeprefix("SECRET#"): row["key_id"]["S"] for name, row in rows("SECRET#").items()}


def test_a_rotation_seals_current_values_to_a_new_key_and_boots_go_on() -> None:
    create("one", VALUE, "shared")
    create("two", "made-up-two", "shared")
    answer = rotate()
    assert answer.status == 200, answer.text
    assert answer.json == {"key_id": "k000002", "resealed": 2, "remaining": 0, "unreadable": []}
    assert sealed_to() == {"ONE": "k000002", "TWO": "k000002"}
    assert booted() == {"ONE": VALUE, "TWO": "made-up-two"}


def test_sealing_anew_is_no_change_of_the_secret() -> None:
    create("one", VALUE, "shared", description="Kept")
    path = {"scope": "shared", "name": "one"}
    before = call("get_secret", path=path)
    rotate()
    after = call("get_secret", path=path)
    assert (after.text, after.headers["ETag"]) == (before.text, before.headers["ETag"])
    assert len(call("list_versions", path=path).json["items"]) == 1
    changed = call("update_secret", path=path, body={"description": "x"}, headers={"If-Match": before.headers["ETag"]})
    assert changed.status == 200, changed.text


def test_old_versions_stay_readable_with_their_key() -> None:
    first = create("one", VALUE, "shared").json["version"]
    path = {"scope": "shared", "name": "one"}
    call("update_secret", path=path, body={"value": "made-up-two"})
    rotate()
    assert rows(f"VERSION#ONE#{first}")[f"VERSION#ONE#{first}"]["key_id"]["S"] == "k000001"
    assert call("rollback_secret", path=path, body={"version": first}).status == 200
    assert booted() == {"ONE": VALUE}
    assert rotate(resume=True).json["resealed"] == 1
    assert booted() == {"ONE": VALUE}


def test_new_values_are_sealed_to_the_new_key_and_ones_sealed_earlier_by_a_client_are_still_taken() -> None:
    create("one", VALUE, "shared")
    old = call("get_public_key", path={"scope": "shared"}, query={"name": "late"}).json
    rotate()
    assert call("get_public_key", path={"scope": "shared"}, query={"name": "late"}).json["key_id"] == "k000002"
    sealed = seal(base64.b64decode(old["public_key"]), b"made-up-late", base64.b64decode(old["info"]))
    body = {"name": "late", "scope": "shared", "key_id": old["key_id"]}
    body["encrypted_value"] = base64.b64encode(sealed).decode()
    assert call("create_secret", body=body).status == 201
    assert booted() == {"ONE": VALUE, "LATE": "made-up-late"}
    assert rotate(resume=True).json == {"key_id": "k000002", "resealed": 1, "remaining": 0, "unreadable": []}


def test_a_rotation_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    monkeypatch.setattr(key_rotation, "CALL_MAX", 2)
    for number in range(5):
        create(f"n{number}", VALUE, "shared")
    told = [rotate().json, rotate(resume=True).json, rotate(resume=True).json, rotate(resume=True).json]
    assert [(item["resealed"], item["remaining"]) for item in told] == [(2, 3), (2, 1), (1, 0), (0, 0)]
    assert {item["key_id"] for item in told} == {"k000002"}
    assert booted() == {f"N{number}": VALUE for number in range(5)}


def test_boots_between_two_calls_of_a_rotation_get_every_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 1)
    monkeypatch.setattr(key_rotation, "CALL_MAX", 1)
    create("one", VALUE, "shared")
    create("two", VALUE, "shared")
    rotate()
    assert set(sealed_to().values()) == {"k000001", "k000002"}
    assert booted() == {"ONE": VALUE, "TWO": VALUE}


def test_a_change_made_while_it_is_sealed_anew_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    create("one", VALUE, "shared")
    path, store = {"scope": "shared", "name": "one"}, type(bootstrap.secret_store())
    original, done = store.reseal, []

    def late(self: Any, old: Any, new: Any) -> None:
        if not done:
            done.append(call("update_secret", path=path, body={"value": "made-up-newer"}).status)
        original(self, old, new)

    monkeypatch.setattr(store, "reseal", late)
    assert rotate().json["resealed"] == 0
    assert done == [200]
    assert booted() == {"ONE": "made-up-newer"}


def test_a_change_of_metadata_that_read_the_row_before_it_was_sealed_anew_keeps_the_new_seal() -> None:
    create("one", VALUE, "shared")
    store = bootstrap.secret_store()
    reader, editor = type(store).get, bootstrap.secret_editor()
    stale = reader(store, "acme", store.scopes("acme")[0], "ONE")
    rotate()
    assert stale is not None

    class FirstStale:
        used = False

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def get(self, *arguments: Any) -> Any:
            if not self.used:
                self.used = True
                return stale
            return reader(store, *arguments)

    from dataclasses import replace

    from bootseal.model import Caller
    from bootseal.services.secrets import Change

    caller = Caller("acme", "alice", frozenset({"secrets:manage"}))
    slow = replace(editor, reader=FirstStale())
    slow.update(caller, store.scopes("acme")[0], "one", Change(description="x"), if_match=stale.version)
    assert sealed_to() == {"ONE": "k000002"}


def test_what_nobody_can_open_is_named_and_left() -> None:
    key = call("get_public_key", path={"scope": "shared"}, query={"name": "broken"}).json
    sealed = seal(base64.b64decode(key["public_key"]), VALUE.encode(), value_info("acme", "shared", "OTHER"))
    body = {"name": "broken", "scope": "shared", "key_id": key["key_id"]}
    body["encrypted_value"] = base64.b64encode(sealed).decode()
    call("create_secret", body=body)
    create("one", VALUE, "shared")
    assert rotate().json == {"key_id": "k000002", "resealed": 1, "remaining": 0, "unreadable": ["BROKEN"]}
    assert rotate(resume=True).json["unreadable"] == ["BROKEN"]


def test_a_row_changed_by_hand_stops_the_rotation_and_is_not_made_good() -> None:
    create("one", VALUE, "shared")
    row = rows("SECRET#")["SECRET#ONE"]
    row["auto_install"] = {"BOOL": False}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    assert rotate().code == "integrity_error"
    assert rows("SECRET#")["SECRET#ONE"] == row


def test_a_rotation_unwraps_each_key_once_a_batch_and_signs_once_a_secret(kms_calls: list[str]) -> None:
    for number in range(6):
        create(f"n{number}", VALUE, "shared")
    kms_calls.clear()
    assert rotate().json["resealed"] == 6
    assert {name: kms_calls.count(name) for name in kms_calls} == {"Encrypt": 1, "Sign": 7, "Decrypt": 1}


def test_an_empty_scope_gets_its_first_key() -> None:
    assert rotate().json == {"key_id": "k000001", "resealed": 0, "remaining": 0, "unreadable": []}


def test_a_rotation_needs_manage_in_a_scope_one_sees() -> None:
    create("one", VALUE, "project:web")
    assert rotate("project:web", BOB).code == "not_allowed"
    assert rotate("project:web", Person(projects="api")).code == "secret_not_found"
    assert rotate("project:web", MALLORY).json["key_id"] == "k000001"
    assert list(sealed_to().values()) == ["k000001"]
    assert rotate("private", BOB).status == 200


def test_a_rotation_is_in_the_audit_trail() -> None:
    create("one", VALUE, "shared")
    rotate()
    entries = [item for item in scan() if item.get("action", {}).get("S") == "scope_key.rotate"]
    details = [{k: v["S"] for k, v in entry["details"]["M"].items()} for entry in entries]
    assert sorted(details, key=len) == [{"key_id": "k000002"}, {"key_id": "k000002", "resealed": "1"}]
