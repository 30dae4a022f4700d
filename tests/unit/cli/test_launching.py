"""What a VM would get, what it needs, and what it got: check, preview, boots and audit."""

from pathlib import Path

import pytest
import urllib3

from bootseal_cli.failures import CliError
from bootseal_cli.manifest import read_manifest
from support.terminal import Cli

MANIFEST = """
name: app
requirements:
  secrets:
    - key: openai-api-key
      description: For GPT-4 calls
    - key: DATABASE_URL
    - key: SENTRY_DSN
      optional: true
"""


def _boot(cli: Cli, **fields: object) -> None:
    http, url = urllib3.PoolManager(), cli.env["BOOTSEAL_API_URL"]
    headers = {"Authorization": f"Bearer {cli.env['BOOTSEAL_TOKEN']}"}
    issued = http.request("POST", f"{url}/v1/boot-tokens", json={"user": "admin", **fields}, headers=headers).json()
    boot = {"Authorization": f"Bearer {issued['boot_token']}"}
    assert http.request("POST", f"{url}/v1/inject", json={}, headers=boot).status == 200


def test_check_exits_4_with_the_missing_names_and_what_to_do(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text(MANIFEST)
    result = alice.run("check")
    assert result.code == 4
    assert "2 required secrets are missing" in result.err
    assert "OPENAI_API_KEY, DATABASE_URL" in result.err
    assert "SENTRY_DSN" not in result.err
    assert "bootseal secrets set OPENAI_API_KEY" in result.err


def test_check_does_not_advise_to_make_a_secret_that_nobody_can_make(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: PATH}, {key: API_KEY}]}")
    result = alice.run("check")
    assert result.code == 4
    assert "bootseal secrets set API_KEY" in result.err
    assert "take it out of the manifest: PATH" in result.err
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: PATH}]}")
    assert "secrets set" not in alice.run("check").err


def test_check_is_content_once_what_is_required_is_there_whether_or_not_it_installs_itself(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text(MANIFEST)
    alice.done("secrets", "set", "OPENAI_API_KEY", "--no-auto-install", stdin="v")
    alice.done("secrets", "set", "database-url", "--scope", "shared", stdin="v")
    found = alice.done("check", "app.yaml", "--json").json
    assert (found["ok"], found["missing"]) == (True, [])
    assert [(row["env_name"], row["status"], row["scope"]) for row in found["secrets"]] == [
        ("OPENAI_API_KEY", "found", "private"),
        ("DATABASE_URL", "found", "shared"),
        ("SENTRY_DSN", "missing", None),
    ]
    assert "Nothing required is missing" in alice.done("check").err


def test_check_in_a_project_finds_what_the_project_has(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: A}]}")
    alice.done("secrets", "set", "a", "--scope", "project:web", stdin="v")
    assert alice.run("check").code == 4
    assert alice.done("check", "--project", "web", "--json").json["secrets"][0]["scope"] == "project:web"


def test_check_takes_the_strongest_scope_even_where_it_does_not_install_itself(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: A}]}")
    alice.done("secrets", "set", "a", "--scope", "shared", stdin="v")
    alice.done("secrets", "set", "a", "--no-auto-install", stdin="v")
    assert alice.done("check", "--json").json["secrets"][0]["scope"] == "private"


def test_check_agrees_with_a_boot_that_an_environments_default_stands_in_for_a_secret(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text("requirements: {secrets: [{key: REGION}]}")
    alice.done("environments", "set", "staging", "REGION=eu-central-1")
    assert alice.run("check").code == 4
    found = alice.done("check", "--environment", "staging", "--json").json
    assert [(row["status"], row["scope"]) for row in found["secrets"]] == [("default", None)]


def test_check_of_a_long_manifest_asks_about_every_secret_in_it(alice: Cli) -> None:
    keys = [f"secret-number-{number:03}-of-a-long-manifest" for number in range(95)]
    (alice.home / "app.yaml").write_text("requirements: {secrets: [" + ", ".join(f"{{key: {k}}}" for k in keys) + "]}")
    alice.done("secrets", "set", keys[94], stdin="v")
    result = alice.run("check", "--json")
    assert result.code == 4
    assert len(result.json["missing"]) == 94
    assert [row["status"] for row in result.json["secrets"]] == ["missing"] * 94 + ["found"]


def test_check_of_a_manifest_without_declarations_says_what_a_vm_would_get(alice: Cli) -> None:
    (alice.home / "app.yaml").write_text("name: app\n")
    assert "every secret that installs itself" in alice.done("check").err


def test_check_without_a_manifest_is_a_usage_error(alice: Cli) -> None:
    result = alice.run("check")
    assert result.code == 2
    assert "no app.yaml here" in result.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("requirements: [", "is not YAML"),
        ("- a", "is not a mapping"),
        ("requirements: {secrets: {a: b}}", "requirements.secrets is not a list"),
        ("requirements: {secrets: [a]}", "requirements.secrets[0] is not a mapping"),
        ("requirements: {secrets: [{key: A}, {name: B}]}", "requirements.secrets[1] has unknown fields (name)"),
        ("requirements: {secrets: [{optional: true}]}", "requirements.secrets[0].key is missing"),
        ("requirements: {secrets: [{key: A, optional: maybe}]}", ".optional is neither true nor false"),
        ("requirements: {secrets: [{key: 9lives}]}", "requirements.secrets[0].key"),
    ],
)
def test_a_broken_manifest_names_the_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "app.yaml").write_text(text)
    with pytest.raises(CliError) as raised:
        read_manifest(tmp_path / "app.yaml")
    assert raised.value.exit_code == 2
    assert said in raised.value.message


def test_a_manifest_that_declares_twice_is_optional_only_where_both_are(tmp_path: Path) -> None:
    path = tmp_path / "app.yaml"
    path.write_text("requirements: {secrets: [{key: a.b, optional: true}, {key: A-B}]}")
    declared = read_manifest(path)
    assert declared is not None
    assert [(item.env_name, item.optional) for item in declared] == [("A_B", False)]


def test_preview_shows_winners_shadowed_and_disabled(alice: Cli) -> None:
    alice.done("secrets", "set", "a", stdin="v")
    alice.done("secrets", "set", "a", "--scope", "shared", stdin="v")
    alice.done("secrets", "set", "b", "--no-auto-install", stdin="v")
    found = alice.done("preview", "--json").json
    statuses = {(entry["env_name"], entry["scope"]): entry["status"] for entry in found["secrets"]}
    assert statuses == {("A", "private"): "injected", ("A", "shared"): "shadowed", ("B", "private"): "disabled"}
    lines = alice.done("preview").out.splitlines()
    assert lines[0].split() == ["EXPORTED", "AS", "STATUS", "SCOPE", "NAME", "VERSION"]


def test_preview_names_the_defaults_of_an_environment(alice: Cli) -> None:
    alice.done("environments", "set", "staging", "LOG_LEVEL=info")
    assert "LOG_LEVEL" in alice.done("preview", "--environment", "staging").err


def test_preview_for_somebody_else_needs_the_permission(bob: Cli) -> None:
    assert bob.run("preview", "--user", "alice").code == 3


def test_boots_tell_which_sessions_hold_a_version(admin: Cli) -> None:
    first = admin.done("secrets", "set", "k", "--json", stdin="v").json["version"]
    _boot(admin, session_id="session-1", vm_id="vm-1")
    second = admin.done("secrets", "set", "k", "--json", stdin="w").json["version"]
    _boot(admin, session_id="session-2")
    every = admin.done("boots", "--json").json["items"]
    assert [receipt["session_id"] for receipt in every] == ["session-2", "session-1"]
    for version, session in ((first, "session-1"), (second, "session-2")):
        held = admin.done("boots", "--scope", "private", "--name", "k", "--version", version, "--json").json["items"]
        assert [receipt["session_id"] for receipt in held] == [session]
    assert "session-1" in admin.done("boots", "--user", "admin").out
    assert "1 of 1" in admin.done("boots", "--session-id", "session-1").out


def test_audit_shows_who_did_what_with_which_client(admin: Cli) -> None:
    admin.done("secrets", "set", "k", stdin="v")
    events = admin.done("audit", "--name", "k", "--scope", "private", "--json").json["items"]
    created = next(event for event in events if event["action"] == "secret.create")
    assert (created["actor"], created["outcome"], created["name"]) == ("admin", "ok", "k")
    assert created["user_agent"].startswith("bootseal-cli/")
    assert "secret.create" in admin.done("audit", "--since", "1h").out
    assert admin.done("audit", "--until", "2020-01-01T00:00:00Z", "--json").json["items"] == []


def test_audit_without_the_permission_exits_3(bob: Cli) -> None:
    assert bob.run("audit").code == 3


@pytest.mark.parametrize("moment", ["yesterday", "5 minutes", "2026-13-01"])
def test_a_moment_that_is_none_is_a_usage_error_with_examples(admin: Cli, moment: str) -> None:
    result = admin.run("audit", "--since", moment)
    assert result.code == 2
    assert "30m, 2h, 7d" in result.err


def test_a_long_listing_says_that_there_is_more(admin: Cli) -> None:
    for name in ("a", "b", "c"):
        admin.done("secrets", "set", name, stdin="v")
    assert "higher --limit" in admin.done("audit", "--limit", "2").err
