"""`bootseal run` with pipes: environment, streams, signals, exit codes, and the same bytes but for the masks."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bootseal_cli.vm.run import quick
from support.terminal import Cli, Result

KEY = "sk-proj-MadeUp0123456789"
WARNING = "warning: not masked, shorter than 6 characters: SHORT\n"


def run(booted: Cli, *arguments: str, **extra: str) -> Result:
    """Run a command with the environment of the last boot, and `extra` in the environment we have ourselves."""
    booted.env.update(extra)
    return booted.process("run", "--dir", "run", *arguments)


@contextmanager
def running(booted: Cli, *command: str, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command for as long as the block; its output is a pipe."""
    whole = [sys.executable, "-m", "bootseal_cli", "run", "--dir", "run", "--", *command]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with subprocess.Popen(whole, env=booted.environment(), cwd=booted.home, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def test_the_command_gets_the_variables_and_its_output_is_masked(booted: Cli) -> None:
    result = run(booted, "--", "sh", "-c", 'echo "$API_KEY $REGION"; echo "no $API_KEY" >&2')
    assert (result.code, result.out) == (0, "[REDACTED:API_KEY] made-up-region-1\n")
    assert result.err == f"{WARNING}no [REDACTED:API_KEY]\n"


def test_each_stream_is_masked_on_its_own(booted: Cli) -> None:
    script = "printf sk-proj-; printf XX >&2; printf MadeUp0123456789; printf YY >&2"
    result = run(booted, "--", "sh", "-c", script)
    assert (result.out, result.err) == ("[REDACTED:API_KEY]", f"{WARNING}XXYY")


def test_standard_input_goes_to_the_command(booted: Cli) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bootseal_cli", "run", "--dir", "run", "--", "cat"],
        input=b"a\0b\xff",
        capture_output=True,
        env=booted.environment(),
        cwd=booted.home,
    )
    assert done.stdout == b"a\0b\xff"


@pytest.mark.parametrize("code", [0, 1, 2, 42, 255])
def test_the_exit_code_is_the_commands(booted: Cli, code: int) -> None:
    assert run(booted, "--", "sh", "-c", f"exit {code}").code == code


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "KILL", "SEGV", "USR1", "PIPE"])
def test_a_command_that_dies_of_a_signal_gives_128_and_its_number(booted: Cli, name: str) -> None:
    result = run(booted, "--", "sh", "-c", f"ulimit -c 0; echo {KEY} | head -c 10; kill -{name} $$")
    assert result.code == 128 + signal.Signals[f"SIG{name}"]
    assert result.out == KEY[:10]


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2"])
def test_a_signal_to_us_goes_to_the_command(booted: Cli, name: str) -> None:
    script = f'trap "echo got {name} $API_KEY; exit 9" {name}; echo ready; while :; do sleep 0.02; done'
    with running(booted, "sh", "-c", script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.Signals[f"SIG{name}"])
        assert process.stdout.read() == f"got {name} [REDACTED:API_KEY]\n".encode()
        assert process.wait(timeout=30) == 9


def test_a_signal_that_is_ignored_stays_ignored(booted: Cli) -> None:
    script = f"trap '' HUP; {sys.executable} -m bootseal_cli run --dir run -- sh -c 'kill -HUP $$; echo alive'"
    done = subprocess.run(["sh", "-c", script], capture_output=True, env=booted.environment(), cwd=booted.home)
    assert done.stdout == b"alive\n"


def test_the_command_has_no_signal_blocked_and_sigpipe_is_deadly(booted: Cli) -> None:
    result = run(booted, "--", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status")
    blocked, ignored = (int(line.split()[1], 16) for line in result.out.splitlines())
    assert blocked == 0
    assert not ignored & (1 << (signal.SIGPIPE - 1))


def test_the_command_is_in_our_process_group(booted: Cli) -> None:
    with running(booted, "sh", "-c", "ps -o pgid= -p $$; ps -o pgid= -p $PPID") as process:
        assert process.stdout is not None
        groups = process.stdout.read().split()
    assert groups[0] == groups[1]


def test_no_such_command_is_127_and_not_runnable_is_126(booted: Cli) -> None:
    assert run(booted, "--", "no-such-command").code == 127
    assert "no such command: no-such-command" in run(booted, "--", "no-such-command").err
    assert run(booted, "--", "/etc/passwd").code == 126
    assert run(booted, "--", "/").code == 126


def test_a_script_without_an_interpreter_line_runs_in_sh(booted: Cli) -> None:
    (booted.home / "script").write_text('echo "$1 $API_KEY"\n')
    (booted.home / "script").chmod(0o755)
    assert run(booted, "--", "./script", "hello").out == "hello [REDACTED:API_KEY]\n"


@pytest.mark.parametrize("how", [[], ["--no-redact"]])
def test_an_environment_that_is_too_large_is_told_by_name(booted: Cli, how: list[str]) -> None:
    (booted.home / "run" / "env.json").write_text(json.dumps({"HUGE": "x" * 140_000, "SMALL": "y"}))
    result = run(booted, *how, "--", "true")
    assert result.code == 126
    assert "HUGE (140006 bytes)" in result.err
    assert "xxxx" not in result.err


def test_only_gives_the_named_variables_and_takes_the_others_away(booted: Cli) -> None:
    loaded = {"API_KEY": KEY, "REGION": "changed-by-hand"}
    result = run(booted, "--only", "SHORT,LINES", "--", "env", **loaded)
    names = {line.partition("=")[0] for line in result.out.splitlines()}
    assert {"SHORT", "LINES", "REGION"} <= names
    assert "API_KEY" not in names
    assert "REGION=changed-by-hand" in result.out


def test_only_refuses_what_was_not_injected(booted: Cli) -> None:
    result = run(booted, "--only", "API_KEY,NOT_THERE", "--", "env")
    assert (result.code, result.out) == (1, "")
    assert "NOT_THERE" in result.err


def test_only_takes_names_with_spaces_between_and_gives_nothing_for_none(booted: Cli) -> None:
    assert run(booted, "--only", "SHORT, API_KEY", "--", "sh", "-c", "echo ${API_KEY:+there}").out == "there\n"
    assert run(booted, "--only=", "--", "sh", "-c", "echo ${API_KEY:-none}").out == "none\n"


def test_an_option_that_there_is_not_is_no_command_to_run(booted: Cli) -> None:
    result = run(booted, "--no-redcat", "--", "echo", KEY)
    assert (result.code, result.out) == (2, "")
    assert "No such option" in result.err


def test_a_value_is_masked_even_where_only_left_it_out(booted: Cli) -> None:
    assert run(booted, "--only", "SHORT", "--", "echo", KEY).out == "[REDACTED:API_KEY]\n"


def test_no_redact_becomes_the_command(booted: Cli) -> None:
    with running(booted, "true") as before:
        assert before.wait() == 0
    command = [
        sys.executable,
        "-m",
        "bootseal_cli",
        "run",
        "--dir",
        "run",
        "--no-redact",
        "--",
        "sh",
        "-c",
        "echo $$ $API_KEY",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=booted.environment(), cwd=booted.home) as process:
        assert process.stdout is not None
        assert process.stdout.read() == f"{process.pid} {KEY}\n".encode()


def test_without_a_boot_it_says_what_to_do(booted: Cli) -> None:
    result = booted.process("run", "--", "true")
    assert result.code == 1
    assert "bootseal boot" in result.err


def test_without_a_receipt_everything_is_masked(booted: Cli) -> None:
    (booted.home / "run" / "receipt.json").unlink()
    assert run(booted, "--", "sh", "-c", "echo $REGION").out == "[REDACTED:REGION]\n"


@pytest.mark.parametrize("content", ["", "[]", '{"A": 1}', "{"])
def test_a_damaged_environment_is_refused_without_quoting_it(booted: Cli, content: str) -> None:
    (booted.home / "run" / "env.json").write_text(content)
    result = run(booted, "--", "true")
    assert (result.code, "env.json is damaged" in result.err) == (1, True)


def test_a_secret_printed_a_byte_at_a_time_is_masked(booted: Cli) -> None:
    each = "sys.stdout.write(c); sys.stdout.flush(); time.sleep(0.005)"
    script = f"import os,sys,time\nfor c in os.environ['API_KEY']+'.': {each}"
    assert run(booted, "--", sys.executable, "-c", script).out == "[REDACTED:API_KEY]."


def test_output_comes_as_it_is_made(booted: Cli) -> None:
    with running(booted, "sh", "-c", "echo first; read line; echo second") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"first\n"
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"second\n"


def test_a_reader_that_leaves_ends_the_command_by_sigpipe(booted: Cli) -> None:
    script = f"{sys.executable} -m bootseal_cli run --dir run -- yes {KEY} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env=booted.environment(), cwd=booted.home, timeout=20
    )
    assert done.stdout == b"[REDACTED:API_KEY]\n141\n"


def test_a_background_process_of_the_command_neither_holds_us_up_nor_escapes_the_mask(booted: Cli) -> None:
    script = f"(while [ ! -e go ]; do sleep 0.05; done; echo late {KEY}) & echo soon"
    with running(booted, "sh", "-c", script) as process:
        assert process.stdout is not None
        assert process.wait(timeout=30) == 0
        (booted.home / "go").touch()
        assert process.stdout.read() == b"soon\nlate [REDACTED:API_KEY]\n"


def test_a_megabyte_of_every_byte_passes_unchanged(booted: Cli) -> None:
    data = bytes(range(256)) * 4096
    (booted.home / "data").write_bytes(data)
    with running(booted, "cat", "data") as process:
        assert process.stdout is not None
        assert process.stdout.read() == data


def test_output_to_a_descriptor_that_does_not_block_is_complete(booted: Cli) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with running(booted, "head", "-c", "1000000", "/dev/zero", stdout=writer) as process:
        os.close(writer)
        time.sleep(0.5)
        with os.fdopen(reader, "rb") as stream:
            assert len(stream.read()) == 1_000_000
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dir", "run", "--", "sh", "-c", "echo $API_KEY; exit 3"],
        ["--dir=run", "--only=SHORT", "sh", "-c", "echo $API_KEY-$SHORT"],
        ["--dir", "run", "--only", "NOT_THERE", "--", "true"],
        ["--dir", "run", "--", "no-such-command"],
        ["--dir", "nowhere", "--", "true"],
        ["--dir", "run", "--no-redact", "--", "sh", "-c", "echo $API_KEY"],
        ["--dir", "run", "--", "--odd"],
    ],
)
def test_the_quick_way_and_the_whole_command_line_do_the_same(booted: Cli, arguments: list[str]) -> None:
    assert quick.parse(arguments) is not None
    whole = "import sys; from bootseal_cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", whole, "run", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=booted.environment(), cwd=booted.home)
    assert booted.process("run", *arguments) == Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments", [[], ["--"], ["--help"], ["--dir"], ["--unknown", "x"], ["-h"], ["--only=A"]])
def test_what_is_no_usual_shape_is_left_to_the_whole_command_line(arguments: list[str]) -> None:
    assert quick.parse(arguments) is None


def test_run_imports_neither_click_nor_anything_else_slow(booted: Cli) -> None:
    script = (
        "import sys; sys.argv=['bootseal','run','--dir','run','--','true']\n"
        "from bootseal_cli.entry import main\n"
        "try: main()\n"
        "except SystemExit: print(sorted({'click','typing','dataclasses','inspect','pathlib','urllib3','yaml',"
        "'cryptography','rich','msgspec','subprocess','json','re','threading'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=booted.environment(), cwd=booted.home
    )
    assert done.stdout == "[]\n"
