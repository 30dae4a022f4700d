"""Receipts: who may see which, and which sessions hold which version of a secret."""

from datetime import UTC, datetime, timedelta

import pytest

from bootseal import bootstrap
from bootseal.ids import SystemClock
from support.booting import boot, delete, update
from support.calls import ALICE, BOB, LAUNCHER, MALLORY, Answer, Person, call, create
from support.counting import counted

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"
NOBODY = Person(user="carol", permissions="")


def listed(person: Person = ALICE, **query: str) -> Answer:
    answer = call("list_boots", person, query=query)
    assert answer.status == 200, answer.text
    return answer


def sessions(person: Person = ALICE, **query: str) -> list[str]:
    return [item["session_id"] for item in listed(person, **query).json["items"]]


def all_sessions(person: Person = ALICE, **query: str) -> list[str]:
    """Every page."""
    found, cursor = [], None
    while True:
        page = listed(person, **query, **({"cursor": cursor} if cursor else {})).json
        found += [item["session_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


class Clock:
    """A clock that tests set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = datetime.now(UTC)
        monkeypatch.setattr(SystemClock, "now", lambda _: self.time)

    def advance(self, **by: int) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_receipts_come_newest_first_in_pages_without_loss_or_repeat(clock: Clock) -> None:
    create("token", VALUE, "shared")
    for number in range(23):
        boot(session_id=f"s{number}")
        clock.advance(hours=7)
    expected = [f"s{number}" for number in reversed(range(23))]
    assert all_sessions(limit="5") == expected
    assert all_sessions(limit="5", scope="shared", name="token") == expected
    assert all_sessions(limit="4", user="alice") == expected
    assert all_sessions(limit="4", name="token") == expected


def test_a_receipt_in_the_list_is_the_one_the_vm_got() -> None:
    create("token", VALUE)
    create("other", VALUE, "shared")
    _, receipt = boot(project="planner", vm_id="vm-1")
    assert listed().json == {"items": [receipt], "next_cursor": None}


@pytest.mark.parametrize("scope", ["shared", "project:planner", "private"])
def test_which_sessions_hold_a_version_is_answered_after_a_rotation(scope: str) -> None:
    first = create("token", VALUE, scope).json["version"]
    boot(session_id="old-1", project="planner")
    boot(session_id="old-2", project="planner")
    second = update("token", scope, value="another").json["version"]
    boot(session_id="new", project="planner")
    assert sessions(scope=scope, name="token", version=first) == ["old-2", "old-1"]
    assert sessions(scope=scope, name="token", version=second) == ["new"]
    assert sessions(scope=scope, name="token") == ["new", "old-2", "old-1"]
    assert sessions(scope=scope, version=first) == ["old-2", "old-1"]
    assert sessions(version=first) == ["old-2", "old-1"]


def test_which_sessions_hold_a_version_is_answered_after_the_secret_was_deleted() -> None:
    version = create("token", VALUE, "shared").json["version"]
    boot(session_id="holder")
    delete("token", "shared")
    boot(session_id="after")
    assert sessions(scope="shared", name="token", version=version) == ["holder"]
    assert sessions(scope="shared", name="token") == ["holder"]


def test_a_session_that_was_offered_a_secret_and_did_not_get_it_does_not_hold_it() -> None:
    version = create("token", VALUE, "shared").json["version"]
    create("token", VALUE)
    boot(session_id="shadowed")
    boot("bob", session_id="injected")
    assert sessions(scope="shared", name="token", version=version) == ["injected"]


def test_own_boots_need_no_permission_and_those_of_others_secrets_read() -> None:
    boot("carol", session_id="carols")
    boot("alice", session_id="alices")
    assert sessions(NOBODY) == ["carols"]
    assert sessions(NOBODY, user="carol") == ["carols"]
    assert sessions(NOBODY, session_id="alices") == []
    assert sessions(BOB) == ["alices", "carols"]
    assert sessions(BOB, user="carol") == ["carols"]
    refused = call("list_boots", NOBODY, query={"user": "alice"})
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert call("list_boots", LAUNCHER, query={"user": "alice"}).status == 403


def test_of_others_boots_private_lines_are_not_shown_nor_searched() -> None:
    version = create("token", VALUE).json["version"]
    create("other", VALUE, "shared")
    boot("alice", session_id="s")
    seen = listed(BOB).json["items"][0]["secrets"]
    assert [(line["env_name"], line["scope"]) for line in seen] == [("OTHER", "shared")]
    assert sessions(BOB, version=version) == []
    assert sessions(BOB, user="alice", scope="private", name="token") == []
    assert sessions(ALICE, version=version) == ["s"]


def test_boots_of_projects_out_of_sight_are_not_shown() -> None:
    limited = Person(user="bob", permissions="secrets:read", projects="planner")
    create("token", VALUE, "project:other")
    create("token", VALUE, "shared")
    boot("alice", project="other", session_id="hidden")
    boot("alice", project="planner", session_id="shown")
    boot("alice", session_id="without")
    assert sessions(limited) == ["without", "shown"]
    assert sessions(limited, scope="shared", name="token") == ["without", "shown"]
    refused = call("list_boots", limited, query={"scope": "project:other", "name": "token"})
    assert (refused.status, refused.code) == (404, "secret_not_found")


def test_another_org_sees_none_of_it_even_with_a_cursor_of_ours() -> None:
    version = create("token", VALUE, "shared").json["version"]
    for _ in range(3):
        boot(session_id="ours")
    cursor = listed(limit="1").json["next_cursor"]
    for query in ({}, {"cursor": cursor}, {"session_id": "ours"}, {"version": version}, {"user": "alice"}):
        assert sessions(MALLORY, **query) == []


@pytest.mark.parametrize("cursor", ["x", "2026-01-02", "ORG#acme", "2026-01-02T03:04:05.678Z#zz", "9~", ""])
def test_a_cursor_that_is_no_position_is_refused(cursor: str) -> None:
    answer = call("list_boots", query={"cursor": cursor})
    expected = (200, None) if cursor == "2026-01-02" else (400, "cursor")
    assert (answer.status, answer.json.get("errors", [{}])[0].get("field")) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"user": "a b"}, "invalid_name"),
        ({"scope": "project:"}, "invalid_scope"),
        ({"name": "1"}, "invalid_name"),
        ({"limit": "0"}, "invalid_request"),
        ({"colour": "red"}, "invalid_request"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(query: dict[str, str], code: str) -> None:
    assert call("list_boots", query=query).code == code


def test_who_holds_a_version_takes_few_reads_however_many_boots_there_were(clock: Clock) -> None:
    create("filler", VALUE, "shared")
    for _ in range(12):
        boot()
    clock.advance(days=2)
    version = create("token", VALUE, "shared").json["version"]
    for _ in range(12):
        boot()
    update("token", "shared", value="another")
    clock.advance(days=3)
    for _ in range(12):
        boot()
    with counted() as calls:
        answer = listed(scope="shared", name="token", version=version, limit="12")
    assert len(answer.json["items"]) == 12
    # One for the version's life, one for the days' parts, one for each of 8 partitions, at most one for the lines.
    assert calls.of("Query") == 10
    assert len(calls) - calls.of("Query") <= 1


def test_a_version_few_sessions_hold_among_many_is_found_without_reading_the_others(clock: Clock) -> None:
    version = create("rare", VALUE, "shared", auto_install=False).json["version"]
    create("token", VALUE, "shared")
    for number in range(30):
        declared = {"secrets": [{"key": "rare"}]} if number == 7 else {"secrets": [{"key": "token"}]}
        boot(session_id=f"s{number}", asks_for=declared)
    with counted() as calls:
        answer = listed(scope="shared", name="rare", version=version)
    assert [item["session_id"] for item in answer.json["items"]] == ["s7"]
    assert answer.json["next_cursor"] is None
    assert len(calls) <= 11


def test_a_warm_boot_is_one_token_write_one_read_of_its_scopes_and_one_receipt() -> None:
    create("token", VALUE)
    create("token", VALUE, "shared")
    create("token", VALUE, "project:planner")
    boot(project="planner")
    bootstrap.table()
    from support.booting import Vm
    from support.calls import issue

    boot_token, vm = issue(project="planner"), Vm()
    with counted() as calls:
        vm.ask(boot_token)
    assert sorted(calls.operations) == ["BatchGetItem", "PutItem", "UpdateItem"]


def test_a_scope_of_thousands_of_secrets_keeps_its_receipts_small_and_readable() -> None:
    from bootseal.adapters.receipt_store import BootReceiptStore
    from bootseal.boot_model import BootSubject, Receipt, ReceiptEntry, Status
    from bootseal.model import SHARED

    entries = tuple(
        ReceiptEntry(f"name-{n:05d}", f"NAME_{n:05d}", SHARED, f"{n:020x}", Status.INJECTED) for n in range(5_000)
    )
    receipt = Receipt(BootSubject("acme", "alice"), "s", "", "0" * 64, "2026-01-02T03:04:05.678Z", entries)
    BootReceiptStore(bootstrap.table(), 90).put(receipt)
    assert BootReceiptStore(bootstrap.table(), 90).get("acme", "s", "0" * 64) == receipt
    row = bootstrap.table().get({"pk": {"S": "ORG#acme#SESSION#s"}, "sk": {"S": "BOOT#" + "0" * 64}})
    assert len(str(row)) < 3_000


def test_last_injected_at_follows_boots_to_five_minutes(clock: Clock) -> None:
    create("token", VALUE, "shared")
    clock.advance(hours=1)
    boot()
    first = call("get_secret", path={"scope": "shared", "name": "token"}).json["last_injected_at"]
    clock.advance(minutes=4)
    boot("bob")
    assert call("get_secret", path={"scope": "shared", "name": "token"}).json["last_injected_at"] == first
    clock.advance(minutes=2)
    boot("bob")
    later = call("get_secret", path={"scope": "shared", "name": "token"}).json["last_injected_at"]
    assert later > first
    clock.advance(days=3)
    update("token", "shared", auto_install=False)
    boot()
    assert call("get_secret", path={"scope": "shared", "name": "token"}).json["last_injected_at"] == later


def test_a_secret_made_anew_under_an_old_name_was_never_injected(clock: Clock) -> None:
    create("token", VALUE)
    boot()
    clock.advance(hours=1)
    delete("token")
    create("token", VALUE)
    assert call("get_secret", path={"scope": "private", "name": "token"}).json["last_injected_at"] is None
