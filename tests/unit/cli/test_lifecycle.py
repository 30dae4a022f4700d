"""Clone, history, rollback, import, key rotation and leavers, from the command line to the real functions."""

from collections.abc import Callable

import pytest
import urllib3

from support.calls import ALL_PERMISSIONS, Person
from support.terminal import Cli, Terminal

LONG = "0123456789abcdefghijklmn"
SECRET = "hunter2-made-up"


def _environment_of(cli: Cli, user: str = "admin") -> dict[str, str]:
    """What a VM of `user` boots with."""
    http, url = urllib3.PoolManager(), cli.env["BOOTSEAL_API_URL"]
    headers = {"Authorization": f"Bearer {cli.env['BOOTSEAL_TOKEN']}"}
    issued = http.request("POST", f"{url}/v1/boot-tokens", json={"user": user}, headers=headers).json()
    boot = {"Authorization": f"Bearer {issued['boot_token']}"}
    answer = http.request("POST", f"{url}/v1/inject", json={}, headers=boot)
    assert answer.status == 200, answer.data
    env: dict[str, str] = answer.json()["env"]
    return env


def test_clone_copies_the_value_to_another_scope_and_name(admin: Cli) -> None:
    admin.done("secrets", "set", "k", "-d", "noted", stdin="the value")
    done = admin.done("secrets", "clone", "k", "--to", "shared", "--as", "k-two")
    assert done.out == "Copied k from private to k-two in shared.\n"
    assert _environment_of(admin) == {"K": "the value", "K_TWO": "the value"}
    assert admin.run("secrets", "clone", "k", "--to", "shared", "--as", "k-two").code == 1


def test_rollback_brings_back_a_value_as_a_new_version(admin: Cli) -> None:
    first = admin.done("secrets", "set", "k", "--json", stdin="first").json["version"]
    second = admin.done("secrets", "set", "k", "--json", stdin="second").json["version"]
    done = admin.done("secrets", "rollback", "k", "--to", first, "--json").json
    assert done["version"] not in {first, second}
    assert _environment_of(admin) == {"K": "first"}


def test_history_is_newest_first_and_tells_values_from_notes(admin: Cli) -> None:
    admin.done("secrets", "set", "k", stdin="first")
    admin.done("secrets", "edit", "k", "-d", "noted")
    found = admin.done("secrets", "history", "k", "--json").json["items"]
    assert [item["description"] for item in found] == ["noted", ""]
    lines = admin.done("secrets", "history", "k").out.splitlines()
    assert [line.split()[1:3] for line in lines[1:]] == [["Yes", "Notes"], ["No", "Value"]]


def test_rollback_to_a_version_that_is_not_kept_says_where_to_look(admin: Cli) -> None:
    admin.done("secrets", "set", "k", stdin="first")
    result = admin.run("secrets", "rollback", "k", "--to", "no-such-version")
    assert result.code == 1
    assert "bootseal secrets history" in result.err


NASTY = {"A": "plain", "B": "q'u\"o $x `y` \\ $(z)", "C": "two\nlines\r\n", "D": "🚀 é"}


@pytest.mark.parametrize("how", ["sealed", "plain"])
def test_import_stores_every_value_byte_for_byte(admin: Cli, how: str) -> None:
    import json

    (admin.home / "x.json").write_text(json.dumps(NASTY))
    done = admin.done("secrets", "import", "x.json", "--yes", *(["--no-seal"] if how == "plain" else []))
    assert "Wrote 4 new to private" in done.err
    assert [line.split()[0] for line in done.out.splitlines()] == ["NAME", "A", "B", "C", "D"]
    assert _environment_of(admin) == NASTY


def test_import_of_a_dry_run_writes_nothing(admin: Cli) -> None:
    (admin.home / ".env").write_text(f"A={SECRET}\n")
    done = admin.done("secrets", "import", ".env", "--dry-run")
    assert "A     A            1     create" in done.out
    assert "dry run" in done.err
    assert SECRET not in done.out + done.err
    assert admin.done("secrets", "list", "--json").json["items"] == []


def test_import_stops_at_a_conflict_unless_told_to_skip_or_update(admin: Cli) -> None:
    admin.done("secrets", "set", "a", stdin="old")
    (admin.home / ".env").write_text("A=new\nB=new\n")
    result = admin.run("secrets", "import", ".env", "--yes")
    assert result.code == 1
    assert "--on-conflict update" in result.err
    assert _environment_of(admin) == {"A": "old"}
    admin.done("secrets", "import", ".env", "--yes", "--on-conflict", "skip")
    assert _environment_of(admin) == {"A": "old", "B": "new"}
    done = admin.done("secrets", "import", ".env", "--yes", "--on-conflict", "update", "--json").json
    assert [item["status"] for item in done["items"]] == ["updated", "updated"]
    assert _environment_of(admin) == {"A": "new", "B": "new"}


def test_import_from_standard_input_takes_its_format_and_needs_a_yes(admin: Cli) -> None:
    assert admin.run("secrets", "import", "-", stdin="A=1\n").code == 2
    admin.done("secrets", "import", "-", "--yes", "--format", "yaml", stdin="A: one\n")
    assert _environment_of(admin) == {"A": "one"}


def test_import_asks_on_a_terminal_after_showing_the_plan(admin: Cli) -> None:
    (admin.home / ".env").write_text(f"A={SECRET}\n")
    terminal = Terminal(admin, "secrets", "import", ".env")
    terminal.expect("Write 1 new to private?")
    assert "create" in terminal.shown
    terminal.press("n\r")
    assert terminal.finish() == 1
    assert admin.done("secrets", "list", "--json").json["items"] == []


def test_a_file_that_is_no_dotenv_never_leaves_the_machine(alice: Cli) -> None:
    from support.recorder import Told, answering

    (alice.home / "id_rsa").write_text("-----BEGIN KEY-----\nmade/up+text\n-----END KEY-----\n")
    with answering(lambda _call: Told(200)) as seen:
        machine = Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address})
        assert machine.run("secrets", "import", "id_rsa", "--yes").code == 6
    assert seen.calls == []


def test_many_entries_go_in_one_call(admin: Cli) -> None:
    (admin.home / ".env").write_text("".join(f"K{i}=v{i}\n" for i in range(60)))
    admin.done("secrets", "import", ".env", "--yes")
    assert _environment_of(admin) == {f"K{i}": f"v{i}" for i in range(60)}


def test_rotating_a_key_changes_no_value_and_no_version(admin: Cli) -> None:
    before = admin.done("secrets", "set", "k", "--json", stdin="the value").json["version"]
    done = admin.done("secrets", "rotate-key", "--yes", "--json").json
    assert (done["resealed"], done["remaining"], done["unreadable"]) == (1, 0, [])
    assert admin.done("secrets", "get", "k", "--json").json["version"] == before
    assert _environment_of(admin) == {"K": "the value"}
    assert admin.run("secrets", "rotate-key").code == 2


def test_a_leavers_private_secrets_go_and_others_stay(sign_in: Callable[[Person], Cli]) -> None:
    carol = sign_in(Person(user="carol", permissions="secrets:read"))
    carol.done("secrets", "set", "mine", stdin="v")
    admin = sign_in(Person(user="admin", permissions=ALL_PERMISSIONS))
    admin.done("secrets", "set", "ours", "--scope", "shared", stdin="v")
    assert admin.run("users", "remove", "carol").code == 2
    assert "Deleted 1 private secrets of carol" in admin.done("users", "remove", "carol", "--yes").out
    assert [item["name"] for item in carol.done("secrets", "list", "--json").json["items"]] == ["ours"]
    assert carol.run("users", "remove", "admin", "--yes").code == 3
