"""Versions, rollback, clone, import, rotation and removal on the deployed stack, with every role's real permissions."""

import time
import uuid

from support.deployed import Answer, Stack, Vm

OLD, NEW = "made-up-old-value", "made-up-new-value"
PATH = "/v1/secrets/private/token"


def test_a_value_rolled_back_to_boots_again(stack: Stack) -> None:
    first = stack.store("alice", "token", OLD).json["version"]
    stack.call("alice", "PATCH", PATH, {"value": NEW})
    answer = stack.call("alice", "POST", f"{PATH}/rollback", {"version": first})
    assert answer.status == 200, answer.text
    assert stack.boot() == {"TOKEN": OLD}
    assert [item["revision"] for item in stack.call("alice", "GET", f"{PATH}/versions").json["items"]] == [3, 2, 1]


def test_a_boot_that_asks_again_gets_the_versions_it_had_after_a_change(stack: Stack) -> None:
    stack.store("alice", "token", OLD)
    vm, token = Vm.new(), stack.boot_token()
    assert vm.open(token, stack.inject(token, vm)) == {"TOKEN": OLD}
    stack.call("alice", "PATCH", PATH, {"value": NEW})
    again = stack.inject(token, vm)
    assert again.status == 200, again.text
    assert vm.open(token, again) == {"TOKEN": OLD}


def test_a_clone_boots_in_its_new_scope(stack: Stack) -> None:
    stack.store("alice", "token", OLD)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = stack.call("alice", "POST", f"{PATH}/clone", {"scope": "shared"}, headers)
    assert answer.status == 201, answer.text
    again = stack.call("alice", "POST", f"{PATH}/clone", {"scope": "shared"}, headers)
    assert (again.text, again.headers["Idempotent-Replayed"]) == (answer.text, "true")
    assert stack.call("alice", "POST", f"{PATH}/clone", {"scope": "shared"}).code == "name_conflict"
    assert stack.boot("bob") == {"TOKEN": OLD}


def bring(stack: Stack, count: int, value: str, **more: str) -> Answer:
    entries = [{"name": f"n{number:03d}", "value": f"{value}-{number}"} for number in range(count)]
    return stack.call("alice", "POST", "/v1/import", {"scope": "private", "entries": entries, **more})


def test_five_hundred_entries_are_imported_at_once_and_updated_at_once_well_within_the_gateways_limit(
    stack: Stack,
) -> None:
    for value, on_conflict, status in ((OLD, "fail", "created"), (NEW, "update", "updated")):
        began = time.monotonic()
        answer = bring(stack, 500, value, on_conflict=on_conflict)
        assert answer.status == 200, answer.text
        assert time.monotonic() - began < 25
        assert answer.json["counts"][status] == 500
        assert stack.boot() == {f"N{number:03d}": f"{value}-{number}" for number in range(500)}
    left = [row["sk"]["S"] for row in stack.rows() if "pending" in row]
    assert left == []


def test_an_import_with_one_conflict_writes_nothing(stack: Stack) -> None:
    stack.store("alice", "n001", OLD)
    answer = bring(stack, 5, NEW)
    assert (answer.status, answer.code) == (409, "import_conflict")
    assert [item["status"] for item in answer.json["items"]].count("conflict") == 1
    assert stack.boot() == {"N001": OLD}


def test_a_rotation_seals_values_anew_and_keeps_etags(stack: Stack) -> None:
    etag = stack.store("alice", "token", OLD).headers["ETag"]
    answer = stack.call("alice", "POST", "/v1/scopes/private/rotate-key", {})
    assert answer.status == 200, answer.text
    assert (answer.json["resealed"], answer.json["remaining"]) == (1, 0)
    assert stack.call("alice", "GET", PATH).headers["ETag"] == etag
    assert stack.boot() == {"TOKEN": OLD}


def test_a_user_who_leaves_loses_private_secrets_and_boot_tokens(stack: Stack) -> None:
    stack.store("bob", "token", OLD)
    boot_token = stack.boot_token("bob")
    path = f"/v1/users/{stack.subject('bob')}/secrets"
    assert stack.call("bob", "DELETE", path).code == "not_allowed"
    assert stack.call("mallory", "DELETE", path).json["removed"] == 0
    answer = stack.call("alice", "DELETE", path)
    assert answer.status == 200, answer.text
    assert (answer.json["removed"], answer.json["remaining"]) == (1, False)
    refused = stack.inject(boot_token, Vm.new())
    assert (refused.status, refused.code) == (401, "token_invalid")
    time.sleep(1.1)  # Tokens are told apart by the second they were issued in.
    assert stack.boot("bob") == {}
