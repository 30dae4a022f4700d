"""A day at the command line on the deployed stack: the commands against real gateway, functions, table and keys."""

import json
from pathlib import Path

import pytest

from support.deployed import Stack
from support.terminal import Cli


@pytest.fixture
def people(stack: Stack, tmp_path: Path) -> dict[str, Cli]:
    """The four users, each at a machine of their own."""
    found = {}
    for user in ("alice", "bob", "launcher", "mallory"):
        home = tmp_path / user
        home.mkdir()
        found[user] = Cli(home, {"BOOTSEAL_API_URL": stack.api_url, "BOOTSEAL_TOKEN": stack.token(user)})
    return found


def test_sealed_on_the_client_stored_listed_edited_and_deleted(people: dict[str, Cli]) -> None:
    alice = people["alice"]
    alice.done("secrets", "set", "openai-api-key", stdin="sk-made-up-0123456789abcdef\n")
    alice.done("secrets", "set", "openai-api-key", "-d", "new", stdin="sk-made-up-fedcba9876543210")
    listed = alice.done("secrets", "list", "--json").json["items"]
    assert [(item["name"], item["hint"], item["description"]) for item in listed] == [
        ("openai-api-key", "sk-m…3210", "new")
    ]
    alice.done("secrets", "edit", "openai-api-key", "--no-auto-install")
    assert alice.done("secrets", "get", "openai-api-key", "--json").json["auto_install"] is False
    alice.done("secrets", "delete", "openai-api-key", "--yes")
    assert alice.run("secrets", "get", "openai-api-key").code == 1


def test_versions_roll_back_and_clone(people: dict[str, Cli]) -> None:
    alice = people["alice"]
    first = alice.done("secrets", "set", "k", "--json", stdin="value-one-0123456789-abc").json["version"]
    alice.done("secrets", "set", "k", stdin="value-two-0123456789-abc")
    assert len(alice.done("secrets", "history", "k", "--json").json["items"]) == 2
    back = alice.done("secrets", "rollback", "k", "--to", first, "--json").json
    assert back["hint"] == "valu…-abc"
    copied = alice.done("secrets", "clone", "k", "--to", "project:web", "--json").json
    assert copied["scope"] == "project:web"


def test_many_entries_are_imported_whole_and_one_bad_line_stops_all(people: dict[str, Cli]) -> None:
    alice = people["alice"]
    (alice.home / ".env").write_text("".join(f"KEY_{index}=value {index}\n" for index in range(120)))
    done = alice.done("secrets", "import", ".env", "--scope", "project:many", "--yes", "--json").json
    assert done["counts"]["created"] == 120
    assert len(alice.done("secrets", "list", "--scope", "project:many", "--json").json["items"]) == 120
    with (alice.home / ".env").open("a") as stream:
        stream.write("not an entry\n")
    result = alice.run("secrets", "import", ".env", "--scope", "project:other", "--yes")
    assert result.code == 6
    assert ".env:121:" in result.err
    assert alice.done("secrets", "list", "--scope", "project:other", "--json").json["items"] == []


def test_a_manifest_is_checked_before_and_after_its_secrets_are_there(people: dict[str, Cli]) -> None:
    alice = people["alice"]
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: NEEDED}, {key: NICE, optional: true}]}")
    assert alice.run("check").code == 4
    alice.done("secrets", "set", "needed", "--scope", "project:web", stdin="v")
    assert alice.run("check").code == 4
    assert alice.done("check", "--project", "web", "--json").json["ok"] is True


def test_environments_preview_and_audit(people: dict[str, Cli]) -> None:
    alice = people["alice"]
    alice.done("environments", "set", "staging", "LOG_LEVEL=debug")
    alice.done("secrets", "set", "k", stdin="v")
    alice.done("secrets", "set", "k", "--scope", "shared", stdin="v")
    preview = alice.done("preview", "--environment", "staging", "--json").json
    assert {(entry["scope"], entry["status"]) for entry in preview["secrets"]} == {
        ("private", "injected"),
        ("shared", "shadowed"),
    }
    events = alice.done("audit", "--since", "5m", "--action", "secret.create", "--json").json["items"]
    assert events[0]["user_agent"].startswith("bootseal-cli/")
    alice.done("environments", "delete", "staging", "--yes")


def test_who_may_not_is_told_so_by_the_real_gateway(people: dict[str, Cli]) -> None:
    assert people["bob"].run("secrets", "set", "k", "--scope", "shared", stdin="v").code == 3
    assert people["bob"].run("audit").code == 3
    stranger = Cli(people["bob"].home, {**people["bob"].env, "BOOTSEAL_TOKEN": "made.up.token"})
    result = stranger.run("whoami")
    assert result.code == 3
    assert "bootseal login" in result.err


def test_mallory_sees_nothing_of_another_org(people: dict[str, Cli]) -> None:
    people["alice"].done("secrets", "set", "k", "--scope", "shared", stdin="v")
    assert people["mallory"].done("secrets", "list", "--json").json["items"] == []
    assert people["mallory"].run("secrets", "get", "k", "--scope", "shared").code == 1


def test_a_scope_key_is_rotated_and_its_values_still_boot(people: dict[str, Cli], stack: Stack) -> None:
    people["alice"].done("secrets", "set", "k", "--scope", "shared", stdin="the value")
    done = people["alice"].done("secrets", "rotate-key", "--scope", "shared", "--yes", "--json").json
    assert (done["resealed"], done["remaining"]) == (1, 0)
    token = stack.call("launcher", "POST", "/v1/boot-tokens", {"user": stack.subject("bob")}).json["boot_token"]
    assert json.loads(stack.call(None, "POST", "/v1/inject", {}, bearer=token).text)["env"] == {"K": "the value"}
