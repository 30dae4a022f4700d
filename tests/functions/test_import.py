"""Importing through the functions: plans, all or nothing, and everything a crash in the middle may leave."""

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from bootseal import bootstrap
from bootseal.adapters import holders, import_store
from bootseal.adapters.import_store import TableImportStore
from bootseal.errors import Unavailable
from bootseal.model import private_scope
from bootseal.sealing import seal
from bootseal.services import importing
from support.aws import TABLE, scan
from support.boots import booted
from support.calls import ALICE, BOB, MALLORY, Answer, call, create
from support.deaths import KilledError

OLD, NEW = "made-up-old-value", "made-up-new-value"


def bring(entries: list[dict[str, Any]], scope: str = "private", **more: Any) -> Answer:
    headers = more.pop("headers", None)
    person = more.pop("person", ALICE)
    return call("import_secrets", person, body={"scope": scope, "entries": entries, **more}, headers=headers)


def clear(*names: str, value: str = NEW) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name in names]


def statuses(answer: Answer) -> list[str]:
    return [item["status"] for item in answer.json["items"]]


def names() -> list[str]:
    return [item["env_name"] for item in call("list_secrets", query={"scope": "private"}).json["items"]]


def leftovers() -> list[str]:
    return [item["sk"]["S"] for item in scan() if "pending" in item or "pending_import" in item]


def update_marks(stage: str, age: int = 0) -> None:
    """Pretend that the last import got as far as `stage`, `age` seconds ago."""
    client = boto3.client("dynamodb")
    for item in scan():
        if item["sk"]["S"] in ("MARK#IMPORT", "SECRET$"):
            item["stage"] = {"S": stage}
            item["since"] = {"N": str(int(item["since"]["N"]) - age)}
            client.put_item(TableName=TABLE, Item=item)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for what is under way."""
    monkeypatch.setattr(holders, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(import_store, "WAIT_SECONDS", 0.2)


class Dies:
    """Makes an import die at one of its steps, as a function whose process is killed does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def at(self, step: str, after: bool = False) -> None:
        original = getattr(TableImportStore, step)

        def killed(store: TableImportStore, *arguments: Any, **more: Any) -> None:
            if after:
                original(store, *arguments, **more)
            raise KilledError

        self._monkeypatch.setattr(TableImportStore, step, killed)

    def lives(self) -> None:
        self._monkeypatch.undo()


@pytest.fixture
def dies() -> Iterator[Dies]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Dies(monkeypatch)


def test_an_import_creates_all_its_secrets_with_their_details() -> None:
    entries = [
        {"name": "database-url", "value": "postgres://made.up", "description": "Main", "auto_install": False},
        {"name": "OPENAI_API_KEY", "value": "sk-made-up-aaaaaaaaaaaaaaaa", "instructions_safe": True},
    ]
    answer = bring(entries)
    assert answer.status == 200, answer.text
    assert answer.json["applied"] is True
    assert answer.json["counts"]["created"] == 2
    assert [(i["name"], i["env_name"], i["status"]) for i in answer.json["items"]] == [
        ("database-url", "DATABASE_URL", "created"),
        ("OPENAI_API_KEY", "OPENAI_API_KEY", "created"),
    ]
    first = call("get_secret", path={"scope": "private", "name": "database-url"}).json
    assert (first["description"], first["auto_install"], first["version"]) == (
        "Main", False, answer.json["items"][0]["version"],
    )  # fmt: skip
    second = call("get_secret", path={"scope": "private", "name": "openai-api-key"}).json
    assert (second["instructions_safe"], second["hint"]) == (True, "sk-m…aaaa")
    assert booted() == {"OPENAI_API_KEY": "sk-made-up-aaaaaaaaaaaaaaaa"}
    assert leftovers() == []


def test_a_dry_run_says_the_same_and_writes_nothing_at_all() -> None:
    before = scan()
    answer = bring(clear("one", "two"), dry_run=True)
    assert (answer.status, answer.json["applied"], statuses(answer)) == (200, False, ["created", "created"])
    assert scan() == before


def test_one_conflict_and_nothing_is_written() -> None:
    create("two", OLD)
    before = scan()
    answer = bring(clear("one", "two", "three"))
    assert (answer.status, answer.code) == (409, "import_conflict")
    assert statuses(answer) == ["created", "conflict", "created"]
    assert answer.json["errors"] == [{"field": "entries[1]", "message": "exists in this scope already"}]
    assert NEW not in answer.text
    assert scan() == before


def test_skip_leaves_what_is_there_and_creates_the_rest() -> None:
    create("two", OLD)
    assert statuses(bring(clear("one", "two"), on_conflict="skip")) == ["created", "skipped"]
    assert booted() == {"ONE": NEW, "TWO": OLD}
    only = bring(clear("one", "two"), on_conflict="skip")
    assert (only.json["applied"], statuses(only)) == (True, ["skipped", "skipped"])


def test_update_gives_new_values_keeps_details_and_the_old_value_in_the_history() -> None:
    first = create("two", OLD, description="Kept", auto_install=True).json["version"]
    answer = bring(clear("one", "TWO"), on_conflict="update")
    assert statuses(answer) == ["created", "updated"]
    found = call("list_versions", path={"scope": "private", "name": "two"}).json["items"]
    assert [item["version"] for item in found] == [answer.json["items"][1]["version"], first]
    assert (found[0]["name"], found[0]["description"], found[0]["revision"]) == ("two", "Kept", 2)
    assert booted() == {"ONE": NEW, "TWO": NEW}
    back = call("rollback_secret", path={"scope": "private", "name": "two"}, body={"version": first})
    assert back.status == 200, back.text
    assert booted() == {"ONE": NEW, "TWO": OLD}


def test_what_is_wrong_with_an_entry_is_said_of_that_entry_without_its_value() -> None:
    entries = [
        {"name": "fine", "value": "x"},
        {"name": "LD_PRELOAD", "value": "made-up"},
        {"name": "1st secret!", "value": "made-up"},
        {"name": "nul", "value": "made\0up"},
        {"name": "empty", "value": ""},
        {"name": "huge", "value": "x" * 65_537},
        {"name": "FINE", "value": "made-up"},
        {"name": "nothing"},
        {"name": "mixed", "value": "made-up", "key_id": "k000001"},
        {"name": "sealed", "encrypted_value": base64.b64encode(b"x" * 60).decode(), "key_id": "k000009"},
        {"name": "described", "value": "made-up", "description": "x" * 1001},
        {"name": "hinted", "encrypted_value": base64.b64encode(b"x" * 60).decode(), "key_id": "k000001", "hint": "no"},
    ]
    answer = bring(entries)
    assert (answer.status, answer.code) == (422, "import_invalid")
    assert statuses(answer) == ["created", "reserved", *["invalid"] * 10]
    assert [e["field"] for e in answer.json["errors"]] == [f"entries[{n}]" for n in range(1, 12)]
    said = [item["message"] for item in answer.json["items"]]
    assert "LD_PRELOAD" in said[1]
    assert said[6] == "becomes FINE, as entry 0 does"
    assert answer.json["items"][2]["name"] is None
    for shown in ("made-up", "made\\u0000up", "1st"):
        assert shown not in answer.text
    assert scan() == []


def test_a_body_that_is_no_import_is_refused() -> None:
    assert bring([]).status == 422
    assert bring(clear(*(f"n{n}" for n in range(501)))).status == 422
    assert bring([{"name": "a", "value": "b", "colour": "red"}]).code == "unknown_field"
    assert bring(clear("a"), on_conflict="merge").status == 400
    assert bring(clear("a"), scope="nowhere").code == "invalid_scope"


def test_client_sealed_and_clear_entries_may_come_together() -> None:
    key = call("get_public_key", path={"scope": "private"}, query={"name": "sealed"}).json
    sealed = seal(base64.b64decode(key["public_key"]), NEW.encode(), base64.b64decode(key["info"]))
    entry = {"name": "sealed", "encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
    answer = bring([entry | {"hint": "made…alue"}, *clear("clear")])
    assert statuses(answer) == ["created", "created"]
    assert booted() == {"SEALED": NEW, "CLEAR": NEW}
    assert call("get_secret", path={"scope": "private", "name": "sealed"}).json["hint"] == "made…alue"


def test_an_import_needs_manage_in_a_scope_one_sees() -> None:
    assert bring(clear("a"), scope="shared", person=BOB).code == "not_allowed"
    assert bring(clear("a"), person=BOB).status == 200
    assert bring(clear("a"), scope="shared").status == 200
    assert bring(clear("a"), scope="shared", person=MALLORY).status == 200
    assert booted("carol") == {"A": NEW}


def test_an_import_is_in_the_audit_trail_once_whole_and_once_a_secret() -> None:
    create("two", OLD)
    bring(clear("one", "two"), on_conflict="update")
    entries = [item for item in scan() if item.get("action", {}).get("S") == "secret.import"]
    whole = [e for e in entries if not e["env_name"]["S"]]
    assert [(e["details"]["M"]["created"]["S"], e["details"]["M"]["updated"]["S"]) for e in whole] == [("1", "1")]
    single = {e["env_name"]["S"]: e["details"]["M"]["outcome"]["S"] for e in entries if e["env_name"]["S"]}
    assert single == {"ONE": "created", "TWO": "updated"}


@pytest.mark.parametrize(("step", "after"), [("begin", True), ("stage", False), ("stage", True), ("commit", False)])
def test_an_import_that_dies_before_its_commit_never_was(dies: Dies, impatient: None, step: str, after: bool) -> None:
    create("two", OLD)
    dies.at(step, after)
    with pytest.raises(KilledError):
        bring(clear("one", "two"), on_conflict="update")
    dies.lives()
    assert names() == ["TWO"]
    assert call("get_secret", path={"scope": "private", "name": "one"}).status == 404
    assert len(call("list_versions", path={"scope": "private", "name": "two"}).json["items"]) == 1
    assert booted() == {"TWO": OLD}


def test_what_a_dead_import_held_is_free_after_a_minute_and_for_each_kind_of_change(dies: Dies) -> None:
    for name in ("two", "three"):
        create(name, OLD)
    dies.at("commit")
    with pytest.raises(KilledError):
        bring(clear("one", "two", "three", "four"), on_conflict="update")
    dies.lives()
    update_marks("staging", age=holders.ABANDONED_SECONDS + 1)
    assert create("one", "made-up-after").status == 201
    changed = call("update_secret", path={"scope": "private", "name": "two"}, body={"value": "made-up-after"})
    assert changed.status == 200, changed.text
    assert call("delete_secret", path={"scope": "private", "name": "three"}).status == 204
    assert booted() == {"ONE": "made-up-after", "TWO": "made-up-after"}
    assert bring(clear("three", "four")).status == 200
    assert leftovers() == []


def test_a_delete_alone_frees_a_secret_from_a_dead_import_that_can_then_never_commit(dies: Dies) -> None:
    create("two", OLD)
    dies.at("commit")
    with pytest.raises(KilledError):
        bring(clear("one", "two"), on_conflict="update")
    dies.lives()
    import_id = next(item["import_id"]["S"] for item in scan() if item["sk"]["S"] == "MARK#IMPORT")
    update_marks("staging", age=holders.ABANDONED_SECONDS + 1)
    assert call("delete_secret", path={"scope": "private", "name": "two"}).status == 204
    store = bootstrap.importer().store
    scope = bootstrap.secret_store().scopes("acme")[0]
    assert not store.committed("acme", scope, import_id)
    assert names() == []
    assert booted() == {}
    assert create("one", OLD).status == 201


def test_what_a_running_import_holds_is_not_changed_under_it(dies: Dies, impatient: None) -> None:
    create("two", OLD)
    dies.at("commit")
    with pytest.raises(KilledError):
        bring(clear("one", "two"), on_conflict="update")
    dies.lives()
    two = {"scope": "private", "name": "two"}
    answers = [
        create("one", "other"),
        call("update_secret", path=two, body={"description": "other"}),
        call("delete_secret", path=two),
        bring(clear("three")),
    ]
    assert [(answer.status, answer.code) for answer in answers] == [(429, "throttled")] * 4
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert create("three", "free").status == 201


@pytest.mark.parametrize("after", [False, True])
def test_an_import_that_dies_after_its_commit_holds_for_every_reader(dies: Dies, after: bool) -> None:
    first = create("two", OLD).json["version"]
    dies.at("settle") if not after else dies.at("commit", after=True)
    with pytest.raises(KilledError):
        bring(clear("one", "two"), on_conflict="update")
    dies.lives()
    assert leftovers() != []
    assert names() == ["ONE", "TWO"]
    assert booted() == {"ONE": NEW, "TWO": NEW}
    kept = call("list_versions", path={"scope": "private", "name": "two"}).json["items"]
    assert [item["version"] for item in kept][1:] == [first]
    assert call("get_secret", path={"scope": "private", "name": "two"}).json["version"] == kept[0]["version"]


def committed_but_not_settled(dies: Dies) -> dict[str, str]:
    """Versions by env name of an import of ONE (new) and TWO (was there) that died right after its commit."""
    create("two", OLD)
    dies.at("settle")
    with pytest.raises(KilledError):
        bring(clear("one", "two"), on_conflict="update")
    dies.lives()
    return {item["env_name"]: item["version"] for item in call("list_secrets").json["items"]}


def test_each_kind_of_change_goes_on_from_a_committed_import_that_was_never_settled(dies: Dies) -> None:
    versions = committed_but_not_settled(dies)
    assert create("one", "other").code == "name_conflict"
    two = {"scope": "private", "name": "two"}
    changed = call("update_secret", path=two, body={"value": "after"}, headers={"If-Match": f'"{versions["TWO"]}"'})
    assert changed.status == 200, changed.text
    assert [item["revision"] for item in call("list_versions", path=two).json["items"]] == [3, 2, 1]
    one = {"scope": "private", "name": "one"}
    assert call("delete_secret", path=one, headers={"If-Match": f'"{versions["ONE"]}"'}).status == 204
    assert booted() == {"TWO": "after"}
    audited = [i["env_name"]["S"] for i in scan() if i.get("action", {}).get("S") == "secret.import"]
    assert sorted(audited) == ["", "ONE", "TWO"]


def test_a_delete_of_a_replaced_secret_takes_what_was_there_before_along(dies: Dies) -> None:
    committed_but_not_settled(dies)
    assert call("delete_secret", path={"scope": "private", "name": "two"}).status == 204
    assert [i["sk"]["S"] for i in scan() if "TWO" in i["sk"]["S"]] == []
    assert booted() == {"ONE": NEW}


def test_a_rollback_reaches_behind_a_committed_import_that_was_never_settled(dies: Dies) -> None:
    committed_but_not_settled(dies)
    two = {"scope": "private", "name": "two"}
    first = call("list_versions", path=two).json["items"][-1]["version"]
    assert call("rollback_secret", path=two, body={"version": first}).status == 200
    assert booted() == {"ONE": NEW, "TWO": OLD}


def test_the_next_import_settles_the_last_one(dies: Dies) -> None:
    committed_but_not_settled(dies)
    assert bring(clear("three")).status == 200
    assert leftovers() == []
    assert booted() == {"ONE": NEW, "TWO": NEW, "THREE": NEW}


def test_a_commit_whose_answer_is_lost_holds_and_is_told_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    original = TableImportStore.commit

    def unheard(store: TableImportStore, *arguments: Any) -> None:
        original(store, *arguments)
        raise Unavailable("The table did not answer")

    monkeypatch.setattr(TableImportStore, "commit", unheard)
    assert statuses(bring(clear("one"))) == ["created"]
    assert booted() == {"ONE": NEW}


def test_a_commit_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    create("two", OLD)

    def refused(store: TableImportStore, *arguments: Any) -> None:
        raise Unavailable("The table did not answer")

    monkeypatch.setattr(TableImportStore, "commit", refused)
    assert bring(clear("one", "two"), on_conflict="update").status == 503
    assert leftovers() == []
    assert booted() == {"TWO": OLD}


def test_a_secret_changed_between_plan_and_staging_is_planned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    create("two", OLD)
    original, done = TableImportStore.stage, []

    def late(store: TableImportStore, *arguments: Any) -> None:
        if not done:
            done.append(call("update_secret", path={"scope": "private", "name": "two"}, body={"description": "x"}))
        original(store, *arguments)

    monkeypatch.setattr(TableImportStore, "stage", late)
    answer = bring(clear("one", "two"), on_conflict="update")
    assert answer.status == 200, answer.text
    revisions = [i["revision"] for i in call("list_versions", path={"scope": "private", "name": "two"}).json["items"]]
    assert revisions == [3, 2, 1]


def test_an_import_makes_few_calls_but_one_signature_a_secret() -> None:
    seen: list[str] = []
    for client in (bootstrap.table().client, bootstrap.kms()):
        client.meta.events.register("before-call.*.*", lambda model, **_: seen.append(model.name))
    names = [f"n{number}" for number in range(120)]
    assert bring(clear(*names)).status == 200
    new = {name: seen.count(name) for name in seen}
    seen.clear()
    assert bring(clear(*names), on_conflict="update").status == 200
    again = {name: seen.count(name) for name in seen}
    key = {"Encrypt": 1, "Sign": 1}
    # begin, 2 or more of stage, commit, 3 or more of settle, done; and one for the scope's first key.
    assert (new.pop("TransactWriteItems"), again.pop("TransactWriteItems")) == (1 + 8, 9)
    assert new == {"BatchGetItem": 2, "Query": new["Query"], "Sign": 120 + key["Sign"], "Encrypt": key["Encrypt"]}
    assert again == {"BatchGetItem": 2, "Query": again["Query"], "Sign": 120, "GetPublicKey": 1}
    assert max(new["Query"], again["Query"]) <= 5


def test_an_import_that_runs_out_of_time_says_so_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BUDGET_SECONDS", -1.0)
    before = [item for item in scan() if item["sk"]["S"].startswith("SECRET")]
    answer = bring(clear("one"))
    assert (answer.status, answer.code) == (503, "unavailable")
    assert "nothing was written" in answer.json["detail"]
    assert [item for item in scan() if item["sk"]["S"].startswith("SECRET")] == before
    assert booted() == {}


def test_an_import_that_others_settled_is_settled_whatever_the_scope_is_at_by_now() -> None:
    """Two waited for the same import; one of them settled it and began its own before the other looked."""
    assert bring(clear("a")).status == 200
    before = next(item["import_id"]["S"] for item in scan() if item["sk"]["S"] == "MARK#IMPORT")
    store = TableImportStore(bootstrap.table(), bootstrap.secret_store(), bootstrap.settings().audit_days)
    scope = private_scope("alice")
    store.begin("acme", scope, "the-next-import")
    store.settle("acme", scope, before)
    assert next(item for item in scan() if item["sk"]["S"] == "MARK#IMPORT")["import_id"]["S"] == "the-next-import"


def test_a_boot_that_reads_while_an_import_commits_reads_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first rows are read before the import, the last after its commit: what comes out is one or the other."""
    create("aaa", OLD)
    create("zzz", OLD)
    table, original, done = bootstrap.table(), type(bootstrap.table()).query, []

    def interrupted(self: Any, condition: str, values: Any, **options: Any) -> Iterator[Any]:
        for item in original(self, condition, values, **options):
            if not done and condition.endswith("BETWEEN :low AND :high") and item["sk"]["S"] == "SECRET#AAA":
                done.append(0)
                done.append(bring(clear("aaa", "zzz"), on_conflict="update").status)
                key = {"pk": item["pk"], "sk": {"S": "SECRET#ZZZ"}}
                yield item
                yield table.get(key)
                yield table.get({**key, "sk": {"S": "SECRET$"}})
                return
            yield item

    create("mark", OLD)
    bring(clear("mark"), on_conflict="update")
    monkeypatch.setattr(type(table), "query", interrupted)
    environment = booted()
    assert done == [0, 200]
    assert environment == {"AAA": NEW, "ZZZ": NEW, "MARK": NEW}
