"""No value and no token where it could be read: arguments, output, debug notes, tracebacks, files."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.recorder import Call, Told, answering
from support.terminal import Cli

VALUE = "canary-value-0123456789abcdef"


def _everything_written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _slowly(seconds: float, told: Told) -> Callable[[Call], Told]:
    def tell(_call: Call) -> Told:
        time.sleep(seconds)
        return told

    return tell


@pytest.mark.parametrize("flag", [(), ("--no-seal",)])
def test_debug_tells_paths_and_statuses_and_no_value_token_or_body(alice: Cli, flag: tuple[str, ...]) -> None:
    done = alice.done("--debug", "secrets", "set", "k", *flag, stdin=VALUE)
    assert "debug:" in done.err
    assert "POST /v1/secrets -> 201" in done.err
    assert VALUE not in done.out + done.err
    assert alice.env["BOOTSEAL_TOKEN"] not in done.out + done.err
    assert "Bearer" not in done.err


def test_an_unexpected_failure_shows_its_place_and_neither_its_text_nor_a_traceback(
    alice: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError(f"could not seal {VALUE}")

    monkeypatch.setattr("bootseal_cli.api.sealing.seal", broken)
    result = alice.run("--debug", "secrets", "set", "k", stdin=VALUE)
    assert result.code == 1
    assert "error: unexpected RuntimeError" in result.err
    assert "sealing.py:" in result.err
    assert VALUE not in result.out + result.err
    assert "Traceback" not in result.err


def test_a_service_that_repeats_what_it_was_sent_in_a_success_is_not_believed(alice: Cli) -> None:
    """The service never does; a stand-in that does must not make us print it as a table."""
    import json

    echoed = json.dumps({"name": "k", "scope": "private", "env_name": "K", "value": VALUE}).encode()
    with answering(lambda _call: Told(201, echoed)) as seen:
        machine = Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address})
        done = machine.done("secrets", "set", "k", "--no-seal", stdin=VALUE)
        assert VALUE not in done.out + done.err


def test_no_value_and_no_token_is_in_any_process_arguments_while_it_is_stored(alice: Cli) -> None:
    with answering(_slowly(0.2, Told(201, b'{"name": "k"}'))) as seen:
        environment = {**alice.environment(), "BOOTSEAL_API_URL": seen.address}
        command = [sys.executable, "-m", "bootseal_cli", "secrets", "set", "k", "--no-seal"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, stdout=subprocess.DEVNULL)
        assert process.stdin is not None
        process.stdin.write(VALUE.encode())
        process.stdin.close()
        read = 0
        while process.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    arguments = path.read_bytes()
                except OSError:
                    continue
                assert VALUE.encode() not in arguments
                assert alice.env["BOOTSEAL_TOKEN"].encode() not in arguments
                read += 1
            time.sleep(0.02)
        assert process.returncode == 0
        assert read > 0


def test_nothing_a_command_leaves_on_disk_holds_the_value(alice: Cli) -> None:
    alice.process("secrets", "set", "k", stdin=VALUE.encode())
    alice.process("--debug", "secrets", "get", "k")
    assert VALUE.encode() not in _everything_written(alice.home)


def test_an_import_shows_no_value_in_plan_notes_debug_or_json(alice: Cli) -> None:
    (alice.home / ".env").write_text(f"A={VALUE}\nB={VALUE} #x\n")
    for arguments in (["--dry-run"], ["--yes"], ["--yes", "--json", "--on-conflict", "update"]):
        done = alice.done("--debug", "secrets", "import", ".env", *arguments)
        assert VALUE not in done.out + done.err


def test_a_reader_that_leaves_early_gets_no_traceback(alice: Cli) -> None:
    for index in range(3):
        alice.done("secrets", "set", f"k{index}", stdin="v")
    program = f"'{sys.executable}' -m bootseal_cli secrets list --json | true"
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, env=alice.environment(), timeout=60)
    assert done.stderr == ""


def test_a_locale_that_cannot_write_a_character_shows_it_escaped(alice: Cli) -> None:
    alice.done("secrets", "set", "k", "-d", "30 µm", stdin="v")
    result = alice.process("secrets", "get", "k", PYTHONIOENCODING="iso8859-5")
    assert result.code == 0, result.err
    assert "30 \\xb5m" in result.out


def test_an_interrupt_says_so_in_one_line(alice: Cli) -> None:
    import signal

    with answering(_slowly(5, Told(200))) as seen:
        environment = {**alice.environment(), "BOOTSEAL_API_URL": seen.address}
        process = subprocess.Popen(
            [sys.executable, "-m", "bootseal_cli", "whoami"], env=environment, stderr=subprocess.PIPE, text=True
        )
        while not seen.calls:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        _, shown = process.communicate(timeout=20)
    assert process.returncode == 1
    assert shown.strip() == "error: stopped; nothing further was done"
