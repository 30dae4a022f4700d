"""Storing, listing and changing secrets, from the command line to the real functions."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.calls import Person
from support.recorder import Told, answering, recording
from support.terminal import Cli

VALUE = "sk-test-0123456789abcdefghij"
SignIn = Callable[[Person], Cli]


def test_set_creates_and_says_what_the_vm_will_see(alice: Cli) -> None:
    done = alice.done("secrets", "set", "openai-api-key", stdin=VALUE)
    assert done.out == "Created openai-api-key in private, exported as OPENAI_API_KEY, sk-t…ghij.\n"
    assert VALUE not in done.out + done.err


def test_set_again_updates_and_keeps_what_was_noted(alice: Cli) -> None:
    alice.done("secrets", "set", "openai-api-key", "-d", "For calls", "--no-auto-install", stdin=VALUE)
    done = alice.done("secrets", "set", "openai-api-key", stdin="another-value-of-24-chars")
    assert done.out.startswith("Updated openai-api-key in private")
    kept = alice.done("secrets", "get", "openai-api-key", "--json").json
    assert (kept["description"], kept["auto_install"], kept["hint"]) == ("For calls", False, "anot…hars")


def test_set_under_another_spelling_says_which_name_stays(alice: Cli) -> None:
    alice.done("secrets", "set", "openai-api-key", stdin=VALUE)
    done = alice.done("secrets", "set", "OPENAI_API_KEY", stdin=VALUE)
    assert done.out.startswith("Updated openai-api-key in private")
    assert "it keeps its first name openai-api-key" in done.err


def test_set_prints_the_metadata_of_the_api_as_json(alice: Cli) -> None:
    found = alice.done("secrets", "set", "token-a", "--instructions-safe", "--json", stdin="v").json
    assert found["name"] == "token-a"
    assert found["instructions_safe"] is True
    assert "value" not in found


def test_set_drops_exactly_one_trailing_newline_and_says_so(alice: Cli) -> None:
    value = "0123456789abcdefghijklmn"
    one = alice.done("secrets", "set", "a", "--json", stdin=value + "\n")
    two = alice.done("secrets", "set", "b", "--json", stdin=value + "\n\n")
    none = alice.done("secrets", "set", "c", "--json", stdin=value)
    assert "dropped the one newline" in one.err
    assert "newline" not in none.err
    # A hint is only given where the value is one printable line: that tells what is left at the end.
    assert (one.json["hint"], two.json["hint"], none.json["hint"]) == ("0123…klmn", None, "0123…klmn")


def test_set_keeps_a_file_byte_for_byte_and_says_that_it_ends_in_a_newline(alice: Cli) -> None:
    (alice.home / "key.pem").write_text("0123456789abcdefghijklmn\n")
    done = alice.done("secrets", "set", "pem", "--value-file", "key.pem", "--json")
    assert done.json["hint"] is None
    assert "kept as part of the value" in done.err


@pytest.mark.parametrize(
    "arguments", [("K", "s3cr3t-value"), ("K=s3cr3t-value",), ("K", "-s3cr3t-value"), ("K", "--s3cr3t-value=1")]
)
def test_a_value_on_the_command_line_is_refused_with_the_right_command_and_never_repeated(
    alice: Cli, arguments: tuple[str, ...]
) -> None:
    result = alice.run("secrets", "set", *arguments, "--scope", "shared", stdin="x")
    assert result.code == 2
    assert "bootseal secrets set K --scope shared < FILE" in result.err
    assert "s3cr3t" not in result.out + result.err
    assert alice.done("secrets", "list", "--json").json["items"] == []


@pytest.mark.parametrize(
    ("value", "said"),
    [(b"", "empty"), (b"a\0b", "NUL"), (b"\xff\xfe", "UTF-8"), (b"x" * 65_537, "65537 bytes")],
    ids=["empty", "NUL", "not UTF-8", "too large"],
)
def test_a_value_that_cannot_be_stored_exits_6_and_writes_nothing(alice: Cli, value: bytes, said: str) -> None:
    result = alice.run("secrets", "set", "k", stdin=value)
    assert result.code == 6
    assert said in result.err
    assert alice.done("secrets", "list", "--json").json["items"] == []


@pytest.mark.parametrize(("name", "said"), [("9lives", "128 characters"), ("LD_PRELOAD", "reserved"), ("a b", "128")])
def test_a_name_that_cannot_be_one_exits_6_before_anything_is_asked(alice: Cli, name: str, said: str) -> None:
    result = alice.run("secrets", "set", name, stdin="v")
    assert result.code == 6
    assert said in result.err


@pytest.mark.parametrize("scope", ["private", "shared", "project:web"])
def test_each_scope_takes_sealed_and_plain_values(alice: Cli, scope: str) -> None:
    for name, flag in (("sealed", ()), ("plain", ("--no-seal",))):
        found = alice.done("secrets", "set", name, "--scope", scope, "--json", *flag, stdin=VALUE).json
        assert (found["scope"], found["hint"]) == (scope, "sk-t…ghij")


def test_an_unknown_scope_is_a_usage_error(alice: Cli) -> None:
    result = alice.run("secrets", "list", "--scope", "team")
    assert result.code == 2
    assert "private, shared or project:<slug>" in result.err


def test_list_is_the_apis_document_and_follows_every_page(alice: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootseal_cli.api.client.PAGE_SIZE", 2)
    for name in ("a", "b", "c", "d", "e"):
        alice.done("secrets", "set", name, stdin="v")
    found = alice.done("secrets", "list", "--json").json
    assert [item["name"] for item in found["items"]] == ["a", "b", "c", "d", "e"]
    assert found["next_cursor"] is None
    assert len(alice.done("secrets", "list", "--json", "--limit", "3").json["items"]) == 3


def test_list_cut_short_by_a_limit_does_not_look_whole(alice: Cli) -> None:
    for name in ("a", "b", "c"):
        alice.done("secrets", "set", name, stdin="v")
    assert alice.done("secrets", "list", "--json", "--limit", "2").json["next_cursor"]


def test_a_piped_list_is_aligned_text_without_colour_or_blank_cells(alice: Cli) -> None:
    alice.done("secrets", "set", "openai-api-key", "-d", "For GPT calls", stdin=VALUE)
    alice.done("secrets", "set", "b", "--scope", "shared", "--no-auto-install", stdin="v")
    lines = alice.done("secrets", "list").out.splitlines()
    assert lines[0].split("  ")[0] == "NAME"
    assert "\x1b" not in "".join(lines)
    for title in ("EXPORTED AS", "SCOPE", "INSTALLS IN VMS", "HINT", "DESCRIPTION", "UPDATED", "LAST INJECTED"):
        column = lines[0].index(title)
        assert all(line[column] != " " and line[column - 1] == " " for line in lines[1:])
    assert "Not set" in lines[1]


def test_search_and_scope_narrow_the_list(alice: Cli) -> None:
    alice.done("secrets", "set", "stripe-key", stdin="v")
    alice.done("secrets", "set", "other", "--scope", "shared", "-d", "of Stripe too", stdin="v")
    both = alice.done("secrets", "list", "--search", "STRIPE", "--json").json["items"]
    shared = alice.done("secrets", "list", "--search", "stripe", "--scope", "shared", "--json").json["items"]
    assert [item["name"] for item in both] == ["other", "stripe-key"]
    assert [item["name"] for item in shared] == ["other"]


def test_an_empty_list_says_what_to_do_on_stderr_alone(alice: Cli) -> None:
    result = alice.done("secrets", "list")
    assert result.out == ""
    assert "bootseal secrets set NAME" in result.err
    assert "bootseal secrets import FILE" in result.err


def test_get_masks_the_value_and_leaves_no_field_blank(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin=VALUE)
    shown = alice.done("secrets", "get", "k").out
    assert "••••••••  (sk-t…ghij)" in shown
    assert VALUE not in shown
    assert all(line.partition(":")[2].strip() for line in shown.splitlines())
    assert "Description:          Not set" in shown


def test_what_no_vm_has_received_says_never(alice: Cli) -> None:
    alice.done("secrets", "set", "token", stdin="made-up")
    assert "Never" in alice.done("secrets", "get", "token").out
    assert "Never" in alice.done("secrets", "list").out


def test_get_of_a_secret_in_another_scope_names_the_scope_to_add(alice: Cli) -> None:
    alice.done("secrets", "set", "k", "--scope", "shared", stdin="v")
    result = alice.run("secrets", "get", "k")
    assert result.code == 1
    assert "--scope shared" in result.err


def test_get_of_an_absent_secret_says_where_to_look(alice: Cli) -> None:
    result = alice.run("secrets", "get", "k")
    assert result.code == 1
    assert "bootseal secrets list" in result.err
    assert "request id:" in result.err


def test_edit_changes_only_what_is_given(alice: Cli) -> None:
    alice.done("secrets", "set", "k", "-d", "before", stdin=VALUE)
    after = alice.done("secrets", "edit", "k", "--no-auto-install", "--json").json
    assert (after["description"], after["auto_install"], after["hint"]) == ("before", False, "sk-t…ghij")
    assert alice.done("secrets", "edit", "k", "-d", "", "--json").json["description"] == ""


def test_edit_without_a_change_is_a_usage_error_naming_the_flags(alice: Cli) -> None:
    result = alice.run("secrets", "edit", "k")
    assert result.code == 2
    assert "--[no-]auto-install" in result.err


def test_delete_asks_nobody_without_a_terminal_and_names_yes(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin="v")
    result = alice.run("secrets", "delete", "k")
    assert result.code == 2
    assert "--yes" in result.err
    assert alice.done("secrets", "get", "k", "--json").json["name"] == "k"


def test_delete_with_yes_is_final_and_says_that_running_vms_keep_it(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin="v")
    done = alice.done("secrets", "delete", "k", "--yes")
    assert "Running VMs keep it until they stop" in done.out
    assert alice.run("secrets", "get", "k").code == 1


def test_who_may_not_manage_gets_exit_3_and_what_to_do(alice: Cli, bob: Cli) -> None:
    result = bob.run("secrets", "set", "k", "--scope", "shared", stdin="v")
    assert result.code == 3
    assert "bootseal whoami" in result.err


def test_private_secrets_need_no_permission_and_nobody_else_sees_them(sign_in: SignIn) -> None:
    nobody = sign_in(Person(user="nobody", permissions=""))
    nobody.done("secrets", "set", "mine", stdin="v")
    assert [item["name"] for item in nobody.done("secrets", "list", "--json").json["items"]] == ["mine"]
    reader = sign_in(Person(user="reader", permissions="secrets:read"))
    assert reader.done("secrets", "list", "--json").json["items"] == []


def test_whoami_shows_org_user_and_permissions(alice: Cli, org: str) -> None:
    assert alice.done("whoami", "--json").json == {
        "org": org,
        "user": "alice",
        "permissions": ["audit:read", "secrets:manage", "secrets:read"],
        "projects": None,
    }
    assert "Projects:    All" in alice.done("whoami").out


def test_what_is_sealed_here_opens_in_the_vm(admin: Cli, gateway: str) -> None:
    import urllib3

    value = "näive 🚀 'quotes' $(no) `no`\r\nsecond line\n"
    (admin.home / "value").write_bytes(value.encode())
    admin.done("secrets", "set", "k", "--value-file", "value")
    headers = {"Authorization": f"Bearer {admin.env['BOOTSEAL_TOKEN']}"}
    http = urllib3.PoolManager()
    issued = http.request("POST", f"{gateway}/v1/boot-tokens", json={"user": "admin"}, headers=headers).json()
    boot = {"Authorization": f"Bearer {issued['boot_token']}"}
    assert http.request("POST", f"{gateway}/v1/inject", json={}, headers=boot).json()["env"] == {"K": value}


def test_descriptions_cannot_drive_the_terminal(alice: Cli) -> None:
    """Whatever a service lets pass: the stand-in here sends what ours refuses to store."""
    text = "a\u202eb\u009bc\x1b[31md"
    secret = {"name": "k", "env_name": "K", "scope": "private", "description": text}
    listed = json.dumps({"items": [secret], "next_cursor": None}).encode()
    with answering(lambda call: Told(200, listed if "?" in call.path else json.dumps(secret).encode())) as seen:
        machine = Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address})
        for shown in (machine.done("secrets", "list").out, machine.done("secrets", "get", "k").out):
            assert "a\\u202eb\\u009bc\\u001b[31md" in shown
        raw = machine.done("secrets", "list", "--json").out
    assert not {"\u009b", "\u202e", "\x1b"} & set(raw)
    assert json.loads(raw)["items"][0]["description"] == text


def test_values_are_sealed_before_they_leave_unless_told_otherwise(alice: Cli, tmp_path: Path) -> None:
    with recording(alice.env["BOOTSEAL_API_URL"]) as seen:
        machine = Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address})
        machine.done("secrets", "set", "sealed", stdin=VALUE)
        assert VALUE.encode() not in b"".join(seen.bodies)
        assert base64.b64encode(VALUE.encode())[:20] not in b"".join(seen.bodies)
        machine.done("secrets", "set", "plain", "--no-seal", stdin=VALUE)
        assert VALUE.encode() in b"".join(seen.bodies)
