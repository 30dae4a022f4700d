"""Boots, previews, placeholders and the audit trail on the deployed stack, and what their roles may do to the trail."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.deployed import Stack, Vm
from support.template import functions

READERS = ("list_secrets", "get_secret", "preview_boot", "list_boots", "query_audit", "list_environments")
# Answer anybody, know no caller, and so refuse nobody.
WITHOUT_CALLERS = {"authorize", "get_openapi", "serve_console", "whoami", "refuse_method"}
ENTRY = {"pk": {"S": "ORG#acme#AUDIT#made-up"}, "sk": {"S": "2026-01-02T03:04:05.678Z"}}
REFUSAL = {"pk": {"S": "ORG#acme#REFUSED#made-up"}, "sk": {"S": "2026-01-02T03:04:05.678Z"}}
VALUE = "made-up-aaaaaaaaaaaaaaaaaaaa"


def is_refused(call: Any, **arguments: Any) -> bool:
    """Say whether IAM refused the call."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] == "AccessDeniedException"
    return False


def test_which_sessions_hold_a_version_is_answered_after_the_secret_was_deleted(stack: Stack) -> None:
    version = stack.store("alice", "trail-token", VALUE, "shared").json["version"]
    token, vm = stack.boot_token("bob", session_id="e2e-holder"), Vm.new()
    receipt = stack.inject(token, vm).json["receipt"]
    stack.call("alice", "DELETE", "/v1/secrets/shared/trail-token")
    found = stack.call("alice", "GET", f"/v1/boots?scope=shared&name=trail-token&version={version}")
    assert [item["session_id"] for item in found.json["items"]] == ["e2e-holder"]
    own = stack.call("bob", "GET", "/v1/boots?session_id=e2e-holder")
    assert own.json["items"][0] == receipt
    assert stack.call("mallory", "GET", "/v1/boots?session_id=e2e-holder").json["items"] == []
    assert stack.call("launcher", "GET", f"/v1/boots?user={stack.subject('bob')}").status == 403


def test_a_preview_is_what_the_boot_then_gets(stack: Stack) -> None:
    stack.store("alice", "api-key", VALUE)
    stack.store("alice", "api-key", VALUE, "project:planner")
    stack.store("alice", "api-key", VALUE, "shared")
    preview = stack.call("alice", "GET", "/v1/boot-preview?project=planner&require=API_KEY&require=NOWHERE")
    assert preview.json["missing_required"] == ["NOWHERE"]
    plain = stack.call("launcher", "GET", f"/v1/boot-preview?project=planner&user={stack.subject('alice')}")
    receipt = stack.inject(stack.boot_token("alice", project="planner"), Vm.new()).json["receipt"]
    assert plain.json["secrets"] == receipt["secrets"]
    assert stack.call("bob", "GET", f"/v1/boot-preview?user={stack.subject('alice')}").status == 403


def test_placeholders_are_filled_and_the_trail_says_so(stack: Stack) -> None:
    stack.store("alice", "trail-key", VALUE)
    body = {"templates": {"h": "Bearer {{TRAIL_KEY}}"}, "target": "header", "user": stack.subject("alice")}
    assert stack.call("launcher", "POST", "/v1/resolve", body).json == {"resolved": {"h": f"Bearer {VALUE}"}}
    assert stack.call("alice", "POST", "/v1/resolve", body).status == 403
    unsafe = stack.call("launcher", "POST", "/v1/resolve", {**body, "target": "instructions"})
    assert (unsafe.status, unsafe.code) == (403, "not_instructions_safe")
    path = "/v1/audit?scope=private&name=trail-key"
    told = [(item["action"], item["actor"]) for item in stack.call("alice", "GET", path).json["items"]]
    assert told[:2] == [("template.resolve", stack.subject("launcher")), ("secret.create", stack.subject("alice"))]


def test_refusals_of_every_kind_of_caller_reach_the_trail(stack: Stack) -> None:
    assert stack.call("bob", "GET", "/v1/secrets/shared/e2e-never-there").status == 404
    assert stack.call("bob", "GET", "/v1/audit").status == 403
    assert stack.call("launcher", "GET", "/v1/secrets?scope=shared").status == 403
    items = stack.call("alice", "GET", "/v1/audit?action=request.refused&limit=10").json["items"]
    told = {(item["actor"], item["outcome"], item["details"]["route"]) for item in items}
    assert told >= {
        (stack.subject("bob"), "secret_not_found", "/v1/secrets/{scope}/{name}"),
        (stack.subject("bob"), "not_allowed", "/v1/audit"),
        (stack.subject("launcher"), "not_allowed", "/v1/secrets"),
    }
    assert all(item["source_ip"] and item["user_agent"] for item in items)
    found = stack.call("alice", "GET", "/v1/audit?scope=shared&name=e2e-never-there").json["items"]
    assert {item["actor"] for item in found} == {stack.subject("bob")}


@pytest.mark.parametrize("function", READERS)
def test_a_function_that_reads_appends_refusals_and_nothing_else(stack: Stack, function: str) -> None:
    table, name = stack.as_function(function, "dynamodb"), stack.table_name
    assert is_refused(table.put_item, TableName=name, Item=ENTRY)
    assert not is_refused(table.put_item, TableName=name, Item=REFUSAL)
    assert is_refused(table.transact_write_items, TransactItems=[{"Put": {"TableName": name, "Item": ENTRY}}])
    stack.aws("dynamodb").delete_item(TableName=name, Key=REFUSAL)


@pytest.mark.parametrize("function", sorted(functions().keys() - WITHOUT_CALLERS))
def test_no_role_changes_deletes_or_finds_entries_but_the_two_that_list_them(stack: Stack, function: str) -> None:
    table, name = stack.as_function(function, "dynamodb"), stack.table_name
    update = {"UpdateExpression": "SET outcome = :x", "ExpressionAttributeValues": {":x": {"S": "ok"}}}
    for key in (ENTRY, REFUSAL):
        assert is_refused(table.update_item, TableName=name, Key=key, **update)
        assert is_refused(table.delete_item, TableName=name, Key=key)
    query = {
        "IndexName": "gsi3",
        "KeyConditionExpression": "gsi3pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "ORG#acme#AUDIT#0"}},
    }
    assert is_refused(table.query, TableName=name, **query) == (function != "query_audit")
    assert is_refused(table.scan, TableName=name)
