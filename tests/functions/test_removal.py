"""Removing a user who leaves, through the functions."""

import base64
from typing import Any

import pytest

from bootseal.sealing import generate_key_pair
from bootseal.services import removal
from support.aws import scan
from support.boots import booted
from support.calls import ALICE, BOB, LAUNCHER, MALLORY, Answer, Person, call, create, inject, issue

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def remove(user: str = "bob", person: Person = ALICE) -> Answer:
    return call("remove_user", person, path={"user": user})


def rows_of(user: str) -> list[str]:
    private = [item for item in scan() if item["pk"]["S"].endswith(f"#SCOPE#private:{user}")]
    return [
        item["sk"]["S"] for item in private if not item["sk"]["S"].startswith(("KEY#", "MARK#REMOVED", "MARK#CHECKSUM"))
    ]


def test_every_private_secret_of_the_user_goes_with_every_version_and_nothing_else() -> None:
    create("one", VALUE, person=BOB)
    call("update_secret", BOB, path={"scope": "private", "name": "one"}, body={"value": "another"})
    create("two", VALUE, person=BOB)
    create("mine", VALUE)
    create("shared-one", VALUE, "shared")
    answer = remove()
    assert answer.status == 200, answer.text
    assert (answer.json["removed"], answer.json["remaining"]) == (2, False)
    assert rows_of("bob") == []
    assert booted("alice") == {"MINE": VALUE, "SHARED_ONE": VALUE}


def test_outstanding_boot_tokens_are_cancelled_used_ones_too_and_others_stay() -> None:
    create("shared-one", VALUE, "shared")
    public = base64.b64encode(generate_key_pair()[1]).decode()
    unused, used, others = issue("bob"), issue("bob"), issue("alice")
    assert inject(used, public_key=public).status == 200
    remove()
    for token in (unused, used):
        answer = inject(token, public_key=public)
        assert (answer.status, answer.code) == (401, "token_invalid")
        assert "cancelled" in answer.json["detail"]
    assert inject(others, public_key=public).status == 200


def test_a_token_issued_after_the_removal_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    create("shared-one", VALUE, "shared")
    answer = remove()
    assert answer.json["boot_tokens_cancelled_until"].endswith("Z")
    from bootseal import bootstrap

    tomorrow = _later(bootstrap.clock())
    monkeypatch.setattr(bootstrap.clients, "clock", lambda: tomorrow)
    bootstrap.boot_tokens.cache_clear()
    assert booted("bob") == {"SHARED_ONE": VALUE}


def _later(clock: Any) -> Any:
    from datetime import timedelta

    class Later:
        def now(self) -> Any:
            return clock.now() + timedelta(seconds=2)

    return Later()


def test_a_removal_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "BATCH", 2)
    monkeypatch.setattr(removal, "CALL_MAX", 2)
    for number in range(5):
        create(f"n{number}", VALUE, person=BOB)
    told = [remove().json for _ in range(3)]
    assert [(item["removed"], item["remaining"]) for item in told] == [(2, True), (2, True), (1, False)]
    assert rows_of("bob") == []
    assert remove().json["removed"] == 0


@pytest.mark.parametrize(
    "person",
    [
        BOB,
        LAUNCHER,
        Person(permissions="secrets:manage"),
        Person(permissions="audit:read"),
        Person(permissions="secrets:manage audit:read", projects="web"),
    ],
    ids=["reader", "launcher", "manage alone", "audit alone", "limited to a project"],
)
def test_it_takes_both_managing_and_auditing_and_no_limit(person: Person) -> None:
    create("one", VALUE, person=BOB)
    assert remove(person=person).code == "not_allowed"
    assert booted("bob") == {"ONE": VALUE}


def test_another_org_reaches_nobody_here() -> None:
    create("one", VALUE, person=BOB)
    assert remove(person=MALLORY).json["removed"] == 0
    assert booted("bob") == {"ONE": VALUE}


def test_a_user_who_never_was_is_removed_without_a_word() -> None:
    assert remove("nobody").json["removed"] == 0
    assert remove("white space").code == "invalid_name"
    assert remove("a#b").code == "invalid_name"


def test_the_removal_and_each_deletion_are_in_the_audit_trail() -> None:
    create("one", VALUE, person=BOB)
    remove()
    entries = [item for item in scan() if item.get("action", {}).get("S") in ("user.remove", "secret.delete")]
    told = {entry["action"]["S"]: entry for entry in entries}
    assert told["user.remove"]["details"]["M"]["user"]["S"] == "bob"
    assert told["secret.delete"]["actor"]["S"] == "alice"
    assert told["secret.delete"]["scope"]["S"] == "private:bob"
    assert told["secret.delete"]["details"]["M"]["reason"]["S"] == "user removed"


def test_the_refusal_of_a_cancelled_token_is_in_the_audit_trail() -> None:
    create("shared-one", VALUE, "shared")
    token = issue("bob")
    remove()
    inject(token)
    outcomes = [item["outcome"]["S"] for item in scan() if item.get("action", {}).get("S") == "boot.inject"]
    assert outcomes == ["token_invalid"]
