"""The audit trail: everything is in it, nobody's value is, and it can be asked by time, actor, action and secret."""

from datetime import UTC, datetime, timedelta

import pytest

from bootseal import bootstrap
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.table import Table
from bootseal.audit_model import Action, AuditEvent
from bootseal.errors import Unavailable
from bootseal.ids import SystemClock
from bootseal.model import SHARED
from support.aws import scan
from support.booting import Vm, boot, delete, update
from support.calls import BOB, LAUNCHER, MALLORY, Answer, Person, call, create, inject, issue
from support.counting import counted
from support.template import functions

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"
AUDITOR = Person("audrey", permissions="audit:read")


def asked(person: Person = AUDITOR, **query: str) -> Answer:
    answer = call("query_audit", person, query=query)
    assert answer.status == 200, answer.text
    return answer


def told(**query: str) -> list[tuple[str, str, str | None, str]]:
    """What the trail tells, newest first: actor, action, name, outcome."""
    items = asked(**query).json["items"]
    return [(item["actor"], item["action"], item["name"], item["outcome"]) for item in items]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A clock that goes on by one second at each look."""
    start = datetime.now(UTC)
    looks = iter(range(1_000_000))
    monkeypatch.setattr(SystemClock, "now", lambda _: start + timedelta(milliseconds=next(looks)))
    return start


@pytest.mark.usefixtures("clock")
def test_every_change_and_boot_is_there_newest_first() -> None:
    create("token", VALUE, "shared")
    update("token", "shared", description="words")
    boot("bob")
    delete("token", "shared")
    assert told() == [
        ("alice", "secret.delete", "token", "ok"),
        ("bob", "boot.inject", None, "ok"),
        ("launcher", "boot_token.issue", None, "ok"),
        ("alice", "secret.update", "token", "ok"),
        ("alice", "secret.create", "token", "ok"),
        ("alice", "scope_key.create", None, "ok"),
    ]


def test_an_entry_has_actor_place_version_and_no_value() -> None:
    version = create("token", VALUE).json["version"]
    entry = asked(action="secret.create").json["items"][0]
    assert entry == {
        "id": entry["id"],
        "time": entry["time"],
        "actor": "alice",
        "action": "secret.create",
        "outcome": "ok",
        "scope": "private",
        "owner": "alice",
        "name": "token",
        "env_name": "TOKEN",
        "version": version,
        "source_ip": "203.0.113.7",
        "user_agent": "tests/1",
        "details": {},
    }
    assert not [row for row in scan() if VALUE in str(row)]


@pytest.mark.usefixtures("clock")
def test_a_boot_is_a_read_of_each_secret_it_got() -> None:
    version = create("token", VALUE, "shared").json["version"]
    create("other", VALUE, "shared")
    boot("bob", session_id="s1", vm_id="vm-1", asks_for={"secrets": [{"key": "token"}]})
    assert told(scope="shared", name="token") == [
        ("bob", "boot.inject", "token", "ok"),
        ("alice", "secret.create", "token", "ok"),
    ]
    assert told(scope="shared", name="other") == [("alice", "secret.create", "other", "ok")]
    entry = asked(action="boot.inject", name="token").json["items"][0]
    assert (entry["version"], entry["scope"]) == (version, "shared")
    assert entry["details"] == {"session_id": "s1", "vm_id": "vm-1"}
    assert [(line["env_name"], line["status"]) for line in entry["secrets"]] == [
        ("OTHER", "undeclared"),
        ("TOKEN", "injected"),
    ]


@pytest.mark.usefixtures("clock")
def test_the_trail_can_be_asked_by_actor_action_and_secret_in_any_mix() -> None:
    create("a", VALUE, "shared")
    create("b", VALUE)
    create("b", VALUE, person=Person("bob", permissions="secrets:manage"))
    update("a", "shared", description="x")
    assert told(actor="bob") == [("bob", "secret.create", "b", "ok"), ("bob", "scope_key.create", None, "ok")]
    assert told(action="secret.update") == [("alice", "secret.update", "a", "ok")]
    assert told(action="secret.create", actor="alice", name="a") == [("alice", "secret.create", "a", "ok")]
    assert told(scope="private", name="b", actor="bob") == [("bob", "secret.create", "b", "ok")]
    assert told(scope="private", name="b") == []
    assert told(scope="shared", action="secret.create") == [("alice", "secret.create", "a", "ok")]
    assert told(name="b", action="secret.create") == [
        ("bob", "secret.create", "b", "ok"),
        ("alice", "secret.create", "b", "ok"),
    ]


@pytest.mark.usefixtures("clock")
def test_since_and_until_are_both_included() -> None:
    for number in range(4):
        create(f"n{number}", VALUE)
    times = {item["name"]: item["time"] for item in asked(action="secret.create").json["items"]}
    names = [name for _, _, name, _ in told(since=times["n1"], until=times["n2"], action="secret.create")]
    assert names == ["n2", "n1"]
    shifted = datetime.fromisoformat(times["n2"]).astimezone().isoformat()
    assert [name for _, _, name, _ in told(since=shifted, action="secret.create")] == ["n3", "n2"]
    assert told(until="2020-01-01T00:00:00Z") == []
    assert told(since="2020-01-01T00:00:00Z", until="2019-01-01T00:00:00Z") == []


@pytest.mark.usefixtures("clock")
def test_pages_lose_and_repeat_nothing_across_entries_and_boots() -> None:
    create("token", VALUE, "shared")
    for _ in range(9):
        boot()
    whole = asked(limit="200").json["items"]
    assert len(whole) == 2 + 9 + 9
    found, cursor = [], None
    while True:
        page = asked(limit="3", **({"cursor": cursor} if cursor else {})).json
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == whole


@pytest.mark.parametrize("person", [BOB, LAUNCHER, Person("carol", permissions="")])
def test_the_trail_needs_audit_read(person: Person) -> None:
    answer = call("query_audit", person)
    assert (answer.status, answer.code) == (403, "not_allowed")


def test_another_org_sees_nothing_of_it() -> None:
    create("token", VALUE, "shared")
    boot()
    for query in ({}, {"actor": "alice"}, {"action": "secret.create"}, {"scope": "shared", "name": "token"}):
        assert asked(MALLORY, **query).json["items"] == []


def test_what_concerns_projects_out_of_sight_is_not_shown() -> None:
    limited = Person("audrey", permissions="audit:read", projects="planner")
    create("token", VALUE, "project:other")
    create("token", VALUE, "project:planner")
    boot(project="other", session_id="hidden")
    boot(project="planner", session_id="shown")
    created = asked(limited, action="secret.create").json["items"]
    assert [item["scope"] for item in created] == ["project:planner"]
    booted = asked(limited, action="boot.inject").json["items"]
    assert [item["details"]["session_id"] for item in booted] == ["shown"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-01-02T03:04:05"}, "until"),
        ({"action": "secret.steal"}, "action"),
        ({"cursor": "ORG#globex"}, "cursor"),
        ({"limit": "201"}, "limit"),
        ({"actor": "a b"}, "actor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_field(query: dict[str, str], field: str) -> None:
    answer = call("query_audit", AUDITOR, query=query)
    assert answer.status in (400, 422)
    assert answer.json["errors"][0]["field"] == field


# --- refusals ---
# These answer anybody, know no caller, or have nothing to refuse to one.
WITHOUT_CALLERS = {"authorize", "get_openapi", "serve_console", "whoami", "boot_inject", "refuse_method"}


def refused(**query: str) -> list[tuple[str, str, str | None, str, str]]:
    items = asked(action="request.refused", **query).json["items"]
    return [(i["actor"], i["outcome"], i["name"], i["details"]["method"], i["details"]["route"]) for i in items]


def test_a_refusal_leaves_who_what_and_where() -> None:
    assert create("token", VALUE, "shared", BOB).status == 403
    assert refused() == [("bob", "not_allowed", None, "POST", "/v1/secrets")]
    entry = asked(action="request.refused").json["items"][0]
    assert (entry["source_ip"], entry["user_agent"]) == ("203.0.113.7", "tests/1")


def test_looking_for_what_is_not_there_leaves_an_entry_under_that_secret() -> None:
    path = {"scope": "shared", "name": "openai-api-key"}
    assert call("get_secret", BOB, path=path).status == 404
    assert told(scope="shared", name="openai-api-key") == [
        ("bob", "request.refused", "openai-api-key", "secret_not_found")
    ]


def test_a_refusal_names_the_secrets_that_were_kept_out_of_instructions() -> None:
    create("token", VALUE, "shared")
    asked_for = {"templates": {"t": "{{TOKEN}}"}, "target": "instructions"}
    assert call("resolve_templates", LAUNCHER, body=asked_for).status == 403
    assert asked(action="request.refused").json["items"][0]["details"]["named"] == "TOKEN"


def test_a_refusal_names_the_environment_it_was_about() -> None:
    assert call("put_environment", BOB, path={"name": "staging"}, body={"variables": {}}).status == 403
    assert asked(action="request.refused").json["items"][0]["details"]["environment"] == "staging"


def test_every_function_that_knows_its_caller_notes_its_refusals() -> None:
    nobody = Person("carol", permissions="")
    path = {"scope": "shared", "name": "token"}
    calls = {
        "create_secret": {"body": {"name": "a", "scope": "shared", "value": VALUE}},
        "list_secrets": {"query": {"scope": "shared"}},
        "get_secret": {"path": path},
        "update_secret": {"path": path, "body": {"description": "x"}},
        "delete_secret": {"path": path},
        "get_public_key": {"path": path, "query": {"name": "token"}},
        "issue_boot_token": {"body": {"user": "alice"}},
        "preview_boot": {},
        "list_boots": {"query": {"user": "alice"}},
        "query_audit": {},
        "resolve_templates": {"body": {"templates": {"t": "x"}, "target": "text"}},
        "put_environment": {"path": {"name": "staging"}, "body": {"variables": {}}},
        "get_environment": {"path": {"name": "staging"}},
        "delete_environment": {"path": {"name": "staging"}},
        "list_environments": {},
        "list_environment_versions": {"path": {"name": "staging"}},
        "list_versions": {"path": path},
        "rollback_secret": {"path": path, "body": {"version": "0" * 20}},
        "clone_secret": {"path": path, "body": {"scope": "shared"}},
        "import_secrets": {
            "body": {"scope": "shared", "entries": [{"name": "a", "value": "b"}], "on_conflict": "fail"}
        },
        "rotate_scope_key": {"path": {"scope": "shared"}, "body": {}},
        "remove_user": {"path": {"user": "alice"}},
    }
    assert calls.keys() == functions().keys() - WITHOUT_CALLERS
    for function, options in calls.items():
        assert call(function, nobody, **options).status == 403, function  # type: ignore[arg-type]
    assert len(refused(actor="carol", limit="200")) == len(calls)


def test_what_nobody_was_refused_leaves_no_refusal() -> None:
    create("token", VALUE)
    assert create("token", VALUE).status == 409
    assert create("to ken", VALUE).status == 422
    assert call("get_secret", None, path={"scope": "shared", "name": "a"}).status == 401
    assert refused() == []


def test_a_refusal_that_cannot_be_noted_is_still_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_: object) -> None:
        raise Unavailable("The table did not answer; try again in a moment.")

    def broken(*_: object) -> None:
        raise RuntimeError

    for failure in (out_of_reach, broken):
        monkeypatch.setattr(Table, "put", failure)
        answer = call("list_secrets", Person("carol", permissions=""), query={"scope": "shared"})
        assert (answer.status, answer.code) == (403, "not_allowed")


def test_a_token_used_again_and_one_that_expired_are_in_the_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    boot_token = issue("bob", session_id="s1")
    Vm().ask(boot_token)
    assert Vm().ask(boot_token).code == "token_used"
    reused = asked(action="boot.token_reuse").json["items"]
    assert [(i["actor"], i["outcome"], i["details"]["session_id"]) for i in reused] == [("bob", "token_used", "s1")]
    late = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(SystemClock, "now", lambda _: late)
    assert Vm().ask(boot_token).code == "token_expired"
    assert ("bob", "boot.inject", None, "token_expired") in told(actor="bob")


def test_a_boot_that_failed_is_in_the_trail_with_why() -> None:
    Vm().ask(issue("bob", requirements={"secrets": [{"key": "nowhere"}]}))
    assert told(action="boot.inject") == [("bob", "boot.inject", None, "missing_required")]


def test_a_token_that_was_never_issued_leaves_nothing_since_anybody_could_make_it_name_any_org() -> None:
    assert inject("bsl1_" + "A" * 43 + ".WyJhY21lIiwiYWxpY2UiLG51bGwsbnVsbF0").code == "token_invalid"
    assert [row for row in scan() if "#AUDIT#" in row["pk"]["S"]] == []


def test_a_token_reuse_that_cannot_be_noted_is_still_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    boot_token = issue()
    Vm().ask(boot_token)

    def out_of_reach(*_: object) -> None:
        raise Unavailable("The table did not answer; try again in a moment.")

    monkeypatch.setattr(Table, "put", out_of_reach)
    assert Vm().ask(boot_token).code == "token_used"


# --- what the trail withstands ---
def forged(action: Action, **fields: object) -> dict[str, object]:
    event = AuditEvent("acme", "2026-01-02T03:04:05.678Z", "0" * 24, "alice", action, scope=SHARED, env_name="TOKEN")
    return {**audit_item(event, 400), **fields}


def test_an_entry_put_where_only_refusals_may_lie_passes_for_nothing_else() -> None:
    where = {"pk": {"S": "ORG#acme#REFUSED#" + "0" * 24}}
    bootstrap.table().put(forged(Action.SECRET_DELETE, **where))
    assert told() == []
    assert told(scope="shared", name="TOKEN") == []


def test_an_entry_of_one_org_cannot_be_put_into_the_trail_of_another() -> None:
    bootstrap.table().put(forged(Action.SECRET_DELETE, pk={"S": "ORG#globex#AUDIT#" + "0" * 24}))
    assert told() == []


def test_entries_and_receipts_expire_as_the_template_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_RETENTION_DAYS", "10")
    monkeypatch.setenv("RECEIPT_RETENTION_DAYS", "5")
    bootstrap.reset()
    create("token", VALUE)
    boot()
    now = datetime.now(UTC).timestamp()
    days = {
        kind: (int(row["expires_at"]["N"]) - now) / 86_400
        for row in scan()
        for kind in (row["pk"]["S"].split("#")[2:3] or [""])[:1]
        if "expires_at" in row and kind
    }
    assert days["AUDIT"] == pytest.approx(10, abs=0.1)
    assert days["SESSION"] == pytest.approx(5, abs=0.1)
    # A part serves receipts until five minutes after it was last written, and is kept a day longer than they.
    assert days["PARTS"] == pytest.approx(6, abs=0.1)


def test_a_rare_action_among_many_is_found_without_reading_the_others() -> None:
    for _ in range(30):
        issue()
    create("token", VALUE)
    with counted() as calls:
        found = told(action="secret.create")
    assert found == [("alice", "secret.create", "token", "ok")]
    assert calls.operations == ["Query"] * 4
