"""`bootseal redact` as a filter, and its end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.terminal import Cli, Terminal

KEY = b"sk-proj-MadeUp0123456789"
FILTER = [sys.executable, "-m", "bootseal_cli", "redact", "--dir", "run"]


@contextmanager
def filtering(booted: Cli) -> Iterator[subprocess.Popen[bytes]]:
    """Run the filter for as long as the block."""
    pipe = subprocess.PIPE

    with subprocess.Popen(
        FILTER, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, env=booted.environment(), cwd=booted.home
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"warning: not masked, shorter than 6 characters: SHORT\n"
        try:
            yield process
        finally:
            process.kill()


def test_standard_input_comes_out_masked_and_otherwise_unchanged(booted: Cli) -> None:
    data = bytes(range(256)) + KEY + b"\r\n" + KEY.hex().encode()
    done = subprocess.run(FILTER, input=data, env=booted.environment(), cwd=booted.home, capture_output=True)
    assert done.stdout == bytes(range(256)) + b"[REDACTED:API_KEY]\r\n[REDACTED:API_KEY]"
    assert done.returncode == 0


def test_a_line_comes_out_before_the_next_is_there(booted: Cli) -> None:
    with filtering(booted) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(b"a line with " + KEY + b"\n")
            assert process.stdout.readline() == b"a line with [REDACTED:API_KEY]\n"


def test_what_is_kept_back_comes_out_at_the_end(booted: Cli) -> None:
    done = subprocess.run(FILTER, input=KEY[:-1], env=booted.environment(), cwd=booted.home, capture_output=True)
    assert done.stdout == KEY[:-1]


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT"])
def test_what_is_kept_back_comes_out_on_a_signal(booted: Cli, name: str) -> None:
    with filtering(booted) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"out " + KEY[:10])
        assert process.stdout.read(4) == b"out "
        process.send_signal(signal.Signals[f"SIG{name}"])
        assert process.stdout.read() == KEY[:10]
        assert process.wait(timeout=30) == 128 + signal.Signals[f"SIG{name}"]


def test_an_endless_line_takes_little_memory(booted: Cli) -> None:
    script = (
        f'head -c 300000000 /dev/zero | tr "\\0" a | {sys.executable} -c "'
        "import resource,sys; sys.argv=['bootseal','redact','--dir','run']\n"
        "from bootseal_cli.entry import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        '" | wc -c'
    )
    done = subprocess.run(["sh", "-c", script], env=booted.environment(), cwd=booted.home, capture_output=True)
    assert int(done.stdout) == 300_000_000
    assert int(done.stderr.split()[-1]) < 60_000  # KiB


def test_ctrl_c_at_a_pipeline_lets_the_writer_finish_and_masks_its_last_words(booted: Cli) -> None:
    writer = f'trap "echo bye {KEY.decode()}; exit" INT; echo ready; while :; do sleep 0.02; done'
    script = f"sh -c '{writer}' | {' '.join(FILTER)} 2>/dev/null"
    terminal = Terminal(booted, "-c", script, program="sh")
    terminal.expect("ready")
    terminal.press("\x03")
    terminal.expect("bye [REDACTED:API_KEY]")
    terminal.finish()
    assert KEY.decode() not in terminal.shown
