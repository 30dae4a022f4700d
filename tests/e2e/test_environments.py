"""Environments on the deployed stack: each call with its own role, and defaults in a real boot."""

from support.deployed import Stack, Vm

PATH = "/v1/environments/e2e-staging"


def test_an_environment_is_made_changed_shown_listed_and_deleted_with_its_history_kept(stack: Stack) -> None:
    made = stack.call("alice", "PUT", PATH, {"variables": {"LOG_LEVEL": "info"}, "description": "Staging"})
    assert made.status in (200, 201), made.text
    etag = {"If-Match": made.headers["ETag"]}
    changed = stack.call("alice", "PUT", PATH, {"variables": {"LOG_LEVEL": "debug"}}, etag)
    assert (changed.status, changed.json["description"]) == (200, "Staging")
    assert stack.call("alice", "PUT", PATH, {"variables": {"LOG_LEVEL": "trace"}}, etag).code == "version_mismatch"
    assert stack.call("bob", "GET", PATH).json == changed.json
    assert changed.json in stack.call("bob", "GET", "/v1/environments").json["items"]
    assert stack.call("bob", "PUT", PATH, {"variables": {}}).code == "not_allowed"
    assert stack.call("mallory", "GET", PATH).code == "environment_not_found"
    assert stack.call("alice", "DELETE", PATH).status == 204
    history = stack.call("bob", "GET", f"{PATH}/versions").json["items"]
    assert [(item["variables"], item["deleted"]) for item in history[:3]] == [
        ({}, True),
        ({"LOG_LEVEL": "debug"}, False),
        ({"LOG_LEVEL": "info"}, False),
    ]


def test_what_looks_like_a_credential_is_refused_by_its_name(stack: Stack) -> None:
    answer = stack.call("alice", "PUT", PATH, {"variables": {"KEY": "sk-ant-" + "made-up-0000"}})
    assert (answer.status, answer.code) == (422, "sensitive_value")
    assert [fault["field"] for fault in answer.json["errors"]] == ["variables.KEY"]


def test_defaults_reach_a_vm_below_its_secrets_and_a_retry_gets_the_same(stack: Stack) -> None:
    stack.call("alice", "PUT", PATH, {"variables": {"LOG_LEVEL": "info", "API_KEY_NAME": "default"}})
    body = {"name": "api-key-name", "scope": "shared", "value": "made up"}
    assert stack.call("alice", "POST", "/v1/secrets", body).status == 201
    launch = {"user": stack.subject("bob"), "environment": "e2e-staging"}
    token = stack.call("launcher", "POST", "/v1/boot-tokens", launch).json["boot_token"]
    vm = Vm.new()
    for _ in range(2):
        answer = stack.inject(token, vm)
        assert answer.status == 200, answer.text
        assert vm.open(token, answer) == {"LOG_LEVEL": "info", "API_KEY_NAME": "made up"}
        assert answer.json["receipt"]["defaults"] == ["LOG_LEVEL"]
        stack.call("alice", "PUT", PATH, {"variables": {"LOG_LEVEL": "debug"}})
    stack.call("alice", "DELETE", PATH)
    refused = stack.call("launcher", "POST", "/v1/boot-tokens", launch)
    assert (refused.status, refused.code) == (404, "environment_not_found")
