"""`bootseal local` itself: data lives on, ports clash clearly, reset empties, nothing is left running."""

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.deployed import Stack
from support.local_stack import free_port, run_cli, started_stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that these tests may stop, kill and empty."""
    with started_stack(tmp_path_factory.mktemp("own") / ".local") as stack:
        yield stack


def emulator_of(stack: Stack) -> dict[str, int]:
    """Process id and port of the stack's emulator."""
    found: dict[str, int] = json.loads((stack.folder / "running.json").read_bytes())
    return found


def up_again(stack: Stack, port: int | None = None) -> Stack:
    """Bring the stack up once more; the file is read anew."""
    up = run_cli(stack.folder, "local", "up", "--detach", "--port", str(port or free_port()))
    assert up.returncode == 0, up.stderr
    return Stack(stack.path)


def is_running(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_the_stack_file_is_private_and_says_what_the_contract_names(own_stack: Stack) -> None:
    assert stat.S_IMODE(own_stack.path.stat().st_mode) == 0o600
    facts = own_stack.facts
    assert {"api_url", "console_url", "aws_endpoint_url", "table_name", "users"} <= set(facts)
    assert not facts["api_url"].endswith("/")
    assert {name: user["org"] for name, user in facts["users"].items()} == {
        "alice": "acme",
        "bob": "acme",
        "launcher": "acme",
        "mallory": "globex",
    }
    assert all(user["token"].count(".") == 2 for user in facts["users"].values())


def test_the_emulator_listens_on_the_loopback_interface_only(own_stack: Stack) -> None:
    port = f"{emulator_of(own_stack)['port']:04X}"
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port}")
    ]
    assert listening == [f"0100007F:{port}"]


def test_up_on_a_running_stack_changes_nothing_and_is_quick(own_stack: Stack) -> None:
    before, began = emulator_of(own_stack), time.monotonic()
    after = up_again(own_stack, before["port"])
    assert time.monotonic() - began < 15
    assert emulator_of(after) == before
    assert after.api_url == own_stack.api_url


def test_a_port_in_use_is_a_clear_error_that_names_another_before_anything_is_built(
    own_stack: Stack, tmp_path: Path
) -> None:
    taken = emulator_of(own_stack)["port"]
    up = run_cli(tmp_path / ".local", "local", "up", "--detach", "--port", str(taken))
    assert up.returncode == 1
    assert f"error: port {taken} of 127.0.0.1 is in use" in up.stderr
    assert f"--port {taken + 1}" in up.stderr
    assert "building" not in up.stdout + up.stderr
    assert run_cli(tmp_path / ".local", "local", "down").stdout == "It was not running.\n"


def test_data_lives_on_after_down_and_up_on_another_port(own_stack: Stack) -> None:
    own_stack.store("alice", "KEPT", "kept-made-up")
    pid = emulator_of(own_stack)["pid"]
    assert run_cli(own_stack.folder, "local", "down").returncode == 0
    assert not is_running(pid)
    stack = up_again(own_stack)
    assert stack.boot() == {"KEPT": "kept-made-up"}
    assert stack.subject("alice") == own_stack.subject("alice")
    assert stack.facts["users"]["alice"]["password"] == own_stack.facts["users"]["alice"]["password"]


def test_data_lives_on_when_the_emulator_is_killed(own_stack: Stack) -> None:
    stack = up_again(own_stack, emulator_of(own_stack)["port"])
    saved = stack.folder / "state" / "services" / "dynamodb.json"
    stack.store("alice", "SAVED_IN_TIME", "made-up")
    until = time.monotonic() + 60
    while b"SECRET#SAVED_IN_TIME" not in saved.read_bytes():
        assert time.monotonic() < until, "the emulator does not save its state"
        time.sleep(0.5)
    os.killpg(emulator_of(stack)["pid"], signal.SIGKILL)
    again = up_again(own_stack)
    assert again.boot()["SAVED_IN_TIME"] == "made-up"


def test_token_prints_a_token_that_works_and_unknown_users_are_told_the_known_ones(own_stack: Stack) -> None:
    stack = Stack(own_stack.path)
    token = run_cli(stack.folder, "local", "token", "bob").stdout.strip()
    assert stack.call(None, "GET", "/v1/whoami", bearer=token).json["user"] == stack.subject("bob")
    unknown = run_cli(stack.folder, "local", "token", "eve")
    assert unknown.returncode == 3
    assert "alice, bob, launcher, mallory" in unknown.stderr


def test_reset_empties_and_the_next_up_starts_afresh(own_stack: Stack) -> None:
    port = emulator_of(own_stack)["port"]
    assert run_cli(own_stack.folder, "local", "reset").returncode == 0
    assert not own_stack.path.exists()
    assert not (own_stack.folder / "state").exists()
    told = run_cli(own_stack.folder, "local", "token", "alice")
    assert told.returncode == 1
    assert "make up" in told.stderr
    stack = up_again(own_stack, port)
    assert stack.boot() == {}
    assert stack.subject("alice") != own_stack.subject("alice")
