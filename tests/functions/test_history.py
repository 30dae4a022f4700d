"""Versions and rollback through the functions."""

from typing import Any

import boto3

from bootseal.model import KEPT_VALUES, KEPT_VERSIONS
from support.aws import TABLE, scan
from support.boots import booted
from support.calls import ALICE, BOB, MALLORY, Answer, Person, call, create

PATH = {"scope": "private", "name": "token"}


def versions(path: dict[str, str] = PATH, person: Person = ALICE) -> list[dict[str, Any]]:
    answer = call("list_versions", person, path=path)
    assert answer.status == 200, answer.text
    assert answer.json["next_cursor"] is None
    return list(answer.json["items"])


def update(**fields: Any) -> str:
    answer = call("update_secret", path=PATH, body=fields)
    assert answer.status == 200, answer.text
    return str(answer.json["version"])


def rollback(version: str, **more: Any) -> Answer:
    return call("rollback_secret", path=PATH, body={"version": version}, **more)


def test_versions_come_newest_first_and_say_which_changed_the_value() -> None:
    first = create("token", "made-up-one").json["version"]
    second = update(description="Now with a description")
    third = update(value="made-up-two-made-up-two-x", auto_install=False)
    found = versions()
    assert [item["version"] for item in found] == [third, second, first]
    assert [item["revision"] for item in found] == [3, 2, 1]
    assert [item["current"] for item in found] == [True, False, False]
    assert [item["value_changed"] for item in found] == [True, False, True]
    assert [item["hint"] for item in found] == ["made…wo-x", None, None]
    assert [item["description"] for item in found] == ["Now with a description", "Now with a description", ""]
    assert [item["auto_install"] for item in found] == [False, True, True]
    assert {item["updated_by"] for item in found} == {"alice"}


def test_no_version_shows_a_value_a_ciphertext_or_a_key() -> None:
    create("token", "made-up-one")
    update(value="made-up-two")
    allowed = {
        "name", "env_name", "scope", "description", "auto_install", "instructions_safe", "hint", "version",
        "created_at", "created_by", "updated_at", "updated_by", "revision", "current", "value_changed",
    }  # fmt: skip
    assert all(set(item) == allowed for item in versions())


def test_the_last_ten_values_are_kept_and_older_ones_are_gone_from_the_table() -> None:
    made = [create("token", "value-0").json["version"], *(update(value=f"value-{n}") for n in range(1, 13))]
    assert [item["version"] for item in versions()] == made[::-1][:KEPT_VALUES]
    rows = [item["sk"]["S"] for item in scan() if item["sk"]["S"].startswith("VERSION#")]
    assert sorted(rows) == sorted(f"VERSION#TOKEN#{version}" for version in made[-KEPT_VALUES:-1])
    assert rollback(made[2]).code == "version_not_found"
    assert rollback(made[3]).status == 200
    assert booted() == {"TOKEN": "value-3"}


def test_changes_of_metadata_keep_their_value_and_are_trimmed_by_age_alone() -> None:
    create("token", "value-0")
    made = [update(description=f"change {n}") for n in range(KEPT_VERSIONS + 5)]
    found = versions()
    assert [item["version"] for item in found] == made[::-1][: KEPT_VERSIONS + 1]
    assert not any(item["value_changed"] for item in found)


def test_a_rollback_brings_the_value_back_as_a_new_version_and_leaves_the_rest() -> None:
    first = create("token", "made-up-one").json["version"]
    second = update(value="made-up-two", description="New words")
    answer = rollback(first)
    assert answer.status == 200, answer.text
    assert answer.json["version"] not in (first, second)
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert answer.json["description"] == "New words"
    assert booted() == {"TOKEN": "made-up-one"}
    assert [item["value_changed"] for item in versions()] == [True, True, True]


def test_going_back_and_forth_does_not_push_other_values_out() -> None:
    made = [create("token", "value-0").json["version"], *(update(value=f"value-{n}") for n in range(1, KEPT_VALUES))]
    for _ in range(4):
        assert rollback(made[-1]).status == 200
        assert rollback(made[-2]).status == 200
    assert rollback(made[0]).status == 200
    assert booted() == {"TOKEN": "value-0"}


def test_a_rollback_to_the_current_version_is_a_new_version_of_the_same_value() -> None:
    first = create("token", "made-up-one").json["version"]
    assert rollback(first).json["version"] != first
    assert booted() == {"TOKEN": "made-up-one"}


def test_a_rollback_honours_if_match() -> None:
    first = create("token", "made-up-one").json["version"]
    second = update(value="made-up-two")
    stale = rollback(first, headers={"If-Match": f'"{first}"'})
    assert (stale.status, stale.code) == (412, "version_mismatch")
    assert booted() == {"TOKEN": "made-up-two"}
    assert rollback(first, headers={"If-Match": f'"{second}"'}).status == 200


def test_a_rollback_to_an_unknown_version_or_secret_is_not_found() -> None:
    create("token", "made-up-one")
    for version in ("0" * 20, "x" * 3000, "", "a#b"):
        answer = rollback(version)
        assert (answer.status, answer.code) == (404, "version_not_found")
    absent = call("rollback_secret", path={"scope": "private", "name": "other"}, body={"version": "0" * 20})
    assert (absent.status, absent.code) == (404, "secret_not_found")


def test_a_rollback_never_asks_kms_to_decrypt_or_encrypt(kms_calls: list[str]) -> None:
    first = create("token", "made-up-one").json["version"]
    update(value="made-up-two")
    kms_calls.clear()
    assert rollback(first).status == 200
    assert set(kms_calls) <= {"Sign", "GetPublicKey"}
    assert kms_calls.count("Sign") == 1


def test_an_old_version_that_was_changed_by_hand_is_not_signed_again() -> None:
    first = create("token", "made-up-one").json["version"]
    second = update(value="made-up-two")
    client = boto3.client("dynamodb")
    (row,) = (item for item in scan() if item["sk"]["S"] == f"VERSION#TOKEN#{first}")
    row["ciphertext"] = {"B": bytes(row["ciphertext"]["B"])[:-1] + b"\0"}
    client.put_item(TableName=TABLE, Item=row)
    assert rollback(first).code == "integrity_error"
    assert [item["version"] for item in versions()] == [second, first]


def test_versions_and_rollbacks_of_what_one_may_not_see_are_not_found() -> None:
    first = create("token", "made-up-one", "shared").json["version"]
    path = {"scope": "shared", "name": "token"}
    assert call("list_versions", MALLORY, path=path).code == "secret_not_found"
    assert call("rollback_secret", MALLORY, path=path, body={"version": first}).code == "secret_not_found"
    assert call("list_versions", BOB, path=path).status == 200
    assert call("rollback_secret", BOB, path=path, body={"version": first}).code == "not_allowed"
    limited = Person(projects="web")
    create("other", "made-up", "project:api")
    assert call("list_versions", limited, path={"scope": "project:api", "name": "other"}).code == "secret_not_found"


def test_a_rollback_is_in_the_audit_trail() -> None:
    first = create("token", "made-up-one").json["version"]
    update(value="made-up-two")
    version = rollback(first).json["version"]
    entries = [item for item in scan() if item.get("action", {}).get("S") == "secret.rollback"]
    assert [(entry["env_name"]["S"], entry["version"]["S"]) for entry in entries] == [("TOKEN", version)]
