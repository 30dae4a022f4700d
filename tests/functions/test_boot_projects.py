"""Projects and manifests at boot: who wins, what is declared, what a receipt says."""

import re

import pytest

from bootseal import names
from support.booting import Vm, boot, created_sealed, declare, lines
from support.calls import LAUNCHER, Person, call, create, inject, issue

VALUE = "sk-made-up-{}-aaaaaaaaaaaaaaaa"


def value(kind: str) -> str:
    return VALUE.format(kind)


def test_private_wins_over_project_and_project_over_shared() -> None:
    for scope in ("shared", "project:planner"):
        create("api-key", value(scope), scope)
    assert boot("bob", project="planner")[0] == {"API_KEY": value("project:planner")}
    create("API_KEY", value("private"))
    environment, receipt = boot("alice", project="planner")
    assert environment == {"API_KEY": value("private")}
    assert lines(receipt) == {
        ("API_KEY", "private", "injected"),
        ("API_KEY", "project:planner", "shadowed"),
        ("API_KEY", "shared", "shadowed"),
    }


def test_a_boot_without_a_project_or_of_another_gets_none_of_the_projects_secrets() -> None:
    create("api-key", value("planner"), "project:planner")
    assert boot("alice")[0] == {}
    assert boot("alice", project="other")[0] == {}


def test_a_secret_that_does_not_install_itself_is_disabled_and_shadows_nothing() -> None:
    create("api-key", value("private"), auto_install=False)
    create("api-key", value("shared"), "shared")
    environment, receipt = boot()
    assert environment == {"API_KEY": value("shared")}
    assert lines(receipt) == {("API_KEY", "private", "disabled"), ("API_KEY", "shared", "injected")}


def test_a_manifest_injects_exactly_what_it_declares_whatever_auto_install_says() -> None:
    create("api-key", value("a"), auto_install=False)
    create("other", value("b"))
    environment, receipt = boot(asks_for=declare("api-key", optional=("absent",)))
    assert environment == {"API_KEY": value("a")}
    assert lines(receipt) == {
        ("API_KEY", "private", "injected"),
        ("OTHER", "private", "undeclared"),
        ("ABSENT", None, "missing"),
    }


def test_an_empty_manifest_injects_nothing() -> None:
    create("other", value("b"))
    environment, receipt = boot(asks_for={"secrets": []})
    assert environment == {}
    assert lines(receipt) == {("OTHER", "private", "undeclared")}


def test_missing_required_names_all_that_is_missing_and_gives_nothing() -> None:
    create("api-key", value("a"))
    token = issue(requirements=declare("api-key", "zeta", "alpha", optional=("beta",)))
    answer = Vm().ask(token)
    assert (answer.status, answer.code) == (409, "missing_required")
    assert [fault["field"] for fault in answer.json["errors"]] == ["ALPHA", "ZETA"]
    assert "env" not in answer.json
    assert "sealed_env" not in answer.json


def test_a_boot_that_missed_a_secret_succeeds_once_it_is_there() -> None:
    vm, token = Vm(), issue(requirements=declare("api-key"))
    assert vm.ask(token).code == "missing_required"
    create("api-key", value("a"))
    assert vm.opened(token, vm.ask(token)) == {"API_KEY": value("a")}


def test_a_vm_may_narrow_the_manifest_of_its_token() -> None:
    create("one", value("a"))
    create("two", value("b"))
    of_token = declare(optional=("one", "two"))
    assert boot(asks_for=declare("one"), requirements=of_token)[0] == {"ONE": value("a")}


def test_a_vm_cannot_widen_the_manifest_of_its_token() -> None:
    create("one", value("a"))
    create("two", value("b"))
    environment, receipt = boot(asks_for=declare("one", optional=("two", "three")), requirements=declare("one"))
    assert environment == {"ONE": value("a")}
    assert lines(receipt) == {
        ("ONE", "private", "injected"),
        ("TWO", "private", "undeclared"),
        ("THREE", None, "missing"),
    }
    refused = Vm().ask(issue(requirements=declare("one")), requirements=declare("one", "two"))
    assert (refused.status, refused.code) == (409, "missing_required")
    assert [fault["field"] for fault in refused.json["errors"]] == ["TWO"]
    assert "not by its boot token" in refused.json["errors"][0]["message"]


def test_what_the_launcher_requires_stays_required_whatever_the_vm_says() -> None:
    create("one", value("a"))
    for asked in (declare("one"), declare("one", optional=("two",))):
        answer = Vm().ask(issue(requirements=declare("one", "two")), requirements=asked)
        assert (answer.status, answer.code) == (409, "missing_required")
        assert [fault["field"] for fault in answer.json["errors"]] == ["TWO"]


def test_a_secret_its_client_sealed_wrongly_is_rejected_and_nothing_weaker_stands_in_for_it() -> None:
    assert created_sealed("api-key", b"with\0nul").status == 201
    create("api-key", value("shared"), "shared")
    environment, receipt = boot()
    assert environment == {}
    assert lines(receipt) == {("API_KEY", "private", "rejected"), ("API_KEY", "shared", "shadowed")}


def test_a_required_secret_that_is_rejected_counts_as_missing_and_is_told_from_one_that_is_not_there() -> None:
    created_sealed("api-key", b"\xff\xfe")
    answer = Vm().ask(issue(requirements=declare("api-key", "never-there")))
    assert (answer.status, answer.code) == (409, "missing_required")
    said = {fault["field"]: fault["message"] for fault in answer.json["errors"]}
    assert "save it anew" in said["API_KEY"]
    assert "does not exist" in said["NEVER_THERE"]


def test_a_name_reserved_since_it_was_saved_is_rejected_at_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    create("some-hook", value("a"))
    create("other", value("b"))
    monkeypatch.setattr(names, "_RESERVED", re.compile("SOME_HOOK"))
    environment, receipt = boot()
    assert environment == {"OTHER": value("b")}
    assert lines(receipt) == {("SOME_HOOK", "private", "rejected"), ("OTHER", "private", "injected")}
    _, declared = boot(asks_for=declare(optional=("some-hook",)))
    assert lines(declared) == {("SOME_HOOK", "private", "rejected"), ("OTHER", "private", "undeclared")}


def test_a_launcher_limited_to_projects_issues_no_token_for_another() -> None:
    limited = Person(user="launcher", permissions=LAUNCHER.permissions, projects="planner")
    body = {"user": "alice", "project": "other"}
    refused = call("issue_boot_token", limited, body=body)
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert call("issue_boot_token", limited, body={**body, "project": "planner"}).status == 201


def test_a_caller_limited_to_projects_does_not_find_secrets_of_another() -> None:
    limited = Person(user="bob", permissions="secrets:read secrets:manage", projects="planner")
    create("api-key", value("a"), "project:other")
    answer = call("get_secret", limited, path={"scope": "project:other", "name": "api-key"})
    assert (answer.status, answer.code) == (404, "secret_not_found")
    assert create("api-key", value("a"), "project:other", limited).code == "secret_not_found"


def test_the_receipt_tells_whose_boot_it_was_and_no_value() -> None:
    create("api-key", value("a"))
    token = issue("alice", project="planner", session_id="session-1", vm_id="vm-1")
    answer = inject(token)
    receipt = answer.json["receipt"]
    told = {key: receipt[key] for key in ("session_id", "user", "project", "environment", "vm_id")}
    assert told == {
        "session_id": "session-1",
        "user": "alice",
        "project": "planner",
        "environment": None,
        "vm_id": "vm-1",
    }
    assert answer.json["env"] == {"API_KEY": value("a")}
    assert value("a") not in str(receipt)
