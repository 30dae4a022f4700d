"""Neither a value nor a token where others look: process lists, shell histories, debug output, tracebacks."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from support.terminal import Cli
from support.vm import inject_server

from .conftest import KEY, Tmux

HIDDEN = (inject_server.TOKEN, KEY, "made-up line two", "made-up-value-1")


def seen_in_processes(until: threading.Event, found: set[str]) -> None:
    """Look at every process's command line, and what `ps` shows of it, for as long as it takes."""
    while not until.is_set():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().decode(errors="replace")
            except OSError:
                continue
            found.update(hidden for hidden in HIDDEN if hidden in line)


def test_no_process_ever_shows_a_token_or_a_value(booted: Cli) -> None:
    until, found = threading.Event(), set[str]()
    watcher = threading.Thread(target=seen_in_processes, args=(until, found))
    watcher.start()
    try:
        with inject_server.running() as service:
            service.faults = [inject_server.status(503), inject_server.drop]
            (booted.home / "token").write_text(inject_server.TOKEN)
            arguments = ("--token-file", "token", "--dir", "again", "--api-url", service.url)
            assert booted.process("boot", *arguments).code == 0
        script = "sleep 0.3; echo $API_KEY; env >/dev/null"
        assert booted.process("run", "--dir", "run", "--", "sh", "-c", script).out == "[REDACTED:API_KEY]\n"
        assert booted.process("redact", "--dir", "run", stdin=KEY.encode()).code == 0
        assert booted.process("export", "--dir", "run").code == 0
    finally:
        until.set()
        watcher.join()
    assert found == set()


def test_a_shells_history_and_trace_show_no_value(tmux: Tmux, booted: Cli) -> None:
    tmux.keys("HISTFILE=$PWD/history; set -o history", "Enter")
    tmux.keys(". run/env.sh", "Enter")
    (booted.home / "run" / "env.sh").write_bytes(_shell_text(booted))
    tmux.keys("set -x; . run/env.sh; set +x; clear", "Enter")
    tmux.keys("bootseal run --dir run -- sh -c 'echo shown $API_KEY'", "Enter")
    shown = tmux.expect("shown [REDACTED:API_KEY]")
    tmux.keys("history -w; echo written", "Enter")
    tmux.expect("\nwritten")
    history = (booted.home / "history").read_text()
    assert "bootseal run" in history
    assert not [hidden for hidden in HIDDEN if hidden in history + shown]


def _shell_text(booted: Cli) -> bytes:
    return booted.process("export", "--dir", "run").out.encode()


@pytest.mark.parametrize("place", ["read", "redact", "start", "write"])
def test_a_crash_anywhere_shows_neither_token_nor_value(booted: Cli, place: str) -> None:
    broken = {
        "read": "import bootseal_cli.vm.environment as m; m._secret_names",
        "redact": "import bootseal_cli.vm.redactor.forms as m; m.catalogue",
        "start": "import bootseal_cli.vm.run.program as m; m.restore_signals",
        "write": "import bootseal_cli.vm.run.relay as m; m.write_all",
    }[place]
    module, _, name = broken.rpartition("; m.")
    script = (
        f"import sys; {module}\n"
        f"def crash(*a, **k): raise ValueError(repr(a) + repr(k) + {KEY!r})\n"
        f"m.{name} = crash\n"
        "sys.argv = ['bootseal', 'run', '--dir', 'run', '--', 'sh', '-c', 'echo $API_KEY']\n"
        "from bootseal_cli.entry import main; main()"
    )
    # In a file: the arguments of any process are looked at by another test, which may run beside this one.
    (booted.home / "crash.py").write_text(script)
    done = subprocess.run([sys.executable, "crash.py"], env=booted.environment(), cwd=booted.home, capture_output=True)
    told = (done.stdout + done.stderr).decode()
    assert done.returncode != 0
    assert not [hidden for hidden in HIDDEN if hidden in told], told


def test_the_token_of_the_environment_is_not_handed_on(booted: Cli) -> None:
    booted.env["BOOTSEAL_BOOT_TOKEN"] = inject_server.TOKEN
    result = booted.process("run", "--dir", "run", "--no-redact", "--", "env")
    assert "BOOTSEAL_BOOT_TOKEN" not in result.out


def test_debug_of_every_command_shows_no_value(booted: Cli) -> None:
    for arguments in (["run", "--dir", "run", "--", "sh", "-c", "echo $API_KEY"], ["redact", "--dir", "run"]):
        result = booted.process("--debug", *arguments, stdin=KEY.encode())
        assert "[REDACTED:API_KEY]" in result.out
        assert not [hidden for hidden in HIDDEN if hidden in result.out + result.err]
    result = booted.process("--debug", "export", "--dir", "nowhere")
    assert not [hidden for hidden in HIDDEN if hidden in result.out + result.err]


@pytest.mark.slow
def test_a_gigabyte_comes_through_the_same_but_for_the_masks(booted: Cli) -> None:
    line = f"an ordinary line of a log, {'x' * 60} and a key {KEY}.\n"
    masked = line.replace(KEY, "[REDACTED:API_KEY]")
    count = 2**30 // len(line)
    (booted.home / "chunk").write_text(line * 1000)
    script = f"i=0; while [ $i -lt {count // 1000} ]; do cat chunk; i=$((i+1)); done"
    whole = [sys.executable, "-m", "bootseal_cli", "run", "--dir", "run", "--", "sh", "-c", script]
    began = time.monotonic()
    expected, sizes = masked.encode() * 1000, 0
    with subprocess.Popen(whole, stdout=subprocess.PIPE, env=booted.environment(), cwd=booted.home) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(len(expected)):
            assert chunk == expected
            sizes += len(chunk)
        assert process.wait() == 0
    assert sizes == count // 1000 * len(expected)
    print(f"{count // 1000 * 1000 * len(line) / 1e6 / (time.monotonic() - began):.0f} MB/s, {os.cpu_count()} cores")
