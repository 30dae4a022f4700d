"""`bootseal run` at a terminal: the program notices nothing, the user only the masks."""

import os
import re
import signal
import sys
import time

import pytest

from support.terminal import Cli, Terminal
from support.vm.consumers import need

from .conftest import KEY, Tmux

pytestmark = pytest.mark.slow  # Real machines and terminals: not beside other tests.


def at_terminal(booted: Cli, *command: str, columns: int = 120) -> Terminal:
    """Run a command on a terminal."""
    return Terminal(booted, "run", "--dir", "run", "--", *command, columns=columns)


def test_the_command_sees_a_terminal_on_all_three_and_of_our_size(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && stty size; exit 5", columns=97)
    assert terminal.finish() == 5
    assert terminal.shown == "40 97\r\n"


def test_output_is_masked_and_colours_pass(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", r'printf "\033[31m%s\033[0m\n" "$API_KEY"; echo $API_KEY >&2')
    assert terminal.finish() == 0
    assert terminal.shown == "\x1b[31m[REDACTED:API_KEY]\x1b[0m\r\n[REDACTED:API_KEY]\r\n"


def test_a_value_of_several_lines_is_masked_with_the_line_ends_of_a_terminal(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", 'printf "%s.\\n" "$LINES"; printf "%s\\n" "$LINES" | tail -1')
    assert terminal.finish() == 0
    assert terminal.shown == "[REDACTED:LINES].\r\n[REDACTED:LINES]\r\n"


def test_a_secret_printed_a_byte_at_a_time_shows_no_more_than_a_hint(booted: Cli) -> None:
    each = "sys.stdout.write(c); sys.stdout.flush(); time.sleep(0.07)"
    terminal = at_terminal(booted, sys.executable, "-c", f"import os,sys,time\nfor c in os.environ['API_KEY']: {each}")
    assert terminal.finish() == 0
    assert re.fullmatch(r"(s(k(-p?)?)?)?\[REDACTED:API_KEY\]", terminal.shown)


def test_a_prompt_that_ends_as_a_secret_begins_is_shown(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", "printf 'ask'; read answer; echo got $answer")
    terminal.expect("ask")
    terminal.press("skip\r")
    terminal.expect("got skip")
    assert terminal.finish() == 0


def test_keys_that_begin_like_a_secret_are_echoed_at_once(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", "echo ready; exec cat")
    terminal.expect("ready")
    for end in range(1, 15):
        terminal.press(KEY[end - 1])
        terminal.expect(KEY[:end])
    terminal.press("\r\x04")
    assert terminal.finish() == 0


def test_a_secret_that_is_pasted_is_masked_in_its_echo(booted: Cli) -> None:
    terminal = at_terminal(booted, "sh", "-c", "echo ready; exec cat")
    terminal.expect("ready")
    terminal.press(f"{KEY}\r")
    terminal.expect("[REDACTED:API_KEY]\r\n[REDACTED:API_KEY]\r\n")
    terminal.press("\x04")
    assert terminal.finish() == 0
    assert KEY not in terminal.shown


def test_ctrl_c_reaches_the_command_alone(booted: Cli) -> None:
    terminal = at_terminal(
        booted, "sh", "-c", "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.02; done"
    )
    terminal.expect("ready")
    terminal.press("\x03")
    assert terminal.finish() == 9
    assert "caught" in terminal.shown


@pytest.mark.parametrize("key", [b"\x03", b"\x1c"])
def test_a_command_killed_by_a_key_gives_128_and_the_signal(booted: Cli, key: bytes) -> None:
    terminal = at_terminal(booted, "sh", "-c", "ulimit -c 0; echo ready; exec sleep 60")
    terminal.expect("ready")
    terminal.press(key)
    assert terminal.finish() == 128 + (signal.SIGINT if key == b"\x03" else signal.SIGQUIT)


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1"])
def test_a_signal_to_us_goes_to_the_command(booted: Cli, name: str) -> None:
    script = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 0.02; done"
    terminal = at_terminal(booted, "sh", "-c", script)
    terminal.expect("ready")
    os.kill(terminal.pid, signal.Signals[f"SIG{name}"])
    assert terminal.finish() == 9
    assert f"got {name}" in terminal.shown


def test_the_terminal_closing_hangs_up_on_the_command(booted: Cli) -> None:
    terminal = at_terminal(
        booted, "sh", "-c", "trap 'touch hung-up; exit' HUP; echo ready; while :; do sleep 0.02; done"
    )
    terminal.expect("ready")
    os.close(terminal._descriptor)
    os.waitpid(terminal.pid, 0)
    ends = time.monotonic() + 30
    while not (booted.home / "hung-up").exists():
        assert time.monotonic() < ends, "the command was not hung up on"
        time.sleep(0.02)


def test_no_such_command_is_told_and_leaves_the_terminal_as_it_was(booted: Cli) -> None:
    terminal = at_terminal(booted, "no-such-command")
    assert terminal.finish() == 127
    assert terminal.shown == "error: no such command: no-such-command\r\n"


def test_standard_error_elsewhere_is_masked_on_its_own(tmux: Tmux, booted: Cli) -> None:
    tmux.keys("bootseal run --dir run -- sh -c 'test -t 1; echo $? $API_KEY; echo $API_KEY >&2' 2>errors", "Enter")
    tmux.expect("0 [REDACTED:API_KEY]")
    tmux.expect_prompt()
    tmux.keys("cat errors", "Enter")
    tmux.expect("cat errors\n[REDACTED:API_KEY]\n")


def test_in_a_pipeline_the_reader_keeps_the_terminal(tmux: Tmux) -> None:
    tmux.keys("bootseal run --dir run -- sh -c 'seq 100; echo $API_KEY; test -t 2 && echo tty >&2' | less", "Enter")
    tmux.expect("22\n23\n")
    tmux.keys("G")
    tmux.expect("100\n[REDACTED:API_KEY]\n(END)")
    tmux.keys("q")
    tmux.expect_prompt()
    tmux.keys("stty -a | grep -o ' echo ' && echo mended", "Enter")
    tmux.expect("\nmended")


def test_vim_edits_in_full_screen_and_follows_the_size(tmux: Tmux, booted: Cli) -> None:
    need("vim")
    (booted.home / "notes.txt").write_text(f"first line\nkey: {KEY}\nlast line\n")
    tmux.keys("bootseal run --dir run -- vim -u NONE -N notes.txt", "Enter")
    shown = tmux.expect("last line")
    assert "key: [REDACTED:API_KEY]" in shown
    assert KEY not in shown
    tmux.keys("G", "o", "typed in vim", "Escape")
    tmux.expect("typed in vim")
    tmux.resize(100, 30)
    wait_for_size(tmux, "columns=100", "lines=30")
    tmux.keys("Enter", ":wq", "Enter")
    tmux.expect_prompt()
    assert (booted.home / "notes.txt").read_text() == f"first line\nkey: {KEY}\nlast line\ntyped in vim\n"
    tmux.keys("stty -a | grep -o ' echo ' && echo mended", "Enter")
    tmux.expect("\nmended")


def wait_for_size(tmux: Tmux, *expected: str) -> None:
    """Ask vim for its size until it is the expected one: the news travels from tmux through us to vim."""
    ends = time.monotonic() + 30
    shown = ""
    while not all(text in shown for text in expected):
        assert time.monotonic() < ends, f"vim did not follow the size\n{shown}"
        tmux.keys("Escape", ":set columns? lines?", "Enter")
        time.sleep(0.3)
        shown = tmux.screen()


def test_less_scrolls_and_quits(tmux: Tmux, booted: Cli) -> None:
    (booted.home / "long.txt").write_text("".join(f"line {n} {KEY}\n" for n in range(200)))
    tmux.keys("bootseal run --dir run -- less long.txt", "Enter")
    tmux.expect("line 22 [REDACTED:API_KEY]")
    tmux.keys("G")
    shown = tmux.expect("line 199 [REDACTED:API_KEY]")
    assert KEY not in shown
    tmux.keys("q")
    tmux.expect_prompt()


def test_ctrl_z_stops_the_job_and_fg_goes_on(tmux: Tmux) -> None:
    count = "n=0; while :; do n=$((n+1)); echo count $n; sleep 0.2; done"
    tmux.keys(f"bootseal run --dir run -- sh -c '{count}'", "Enter")
    tmux.expect("count 2")
    tmux.keys("C-z")
    tmux.expect("Stopped")
    tmux.keys("echo shell is back", "Enter")
    before = tmux.expect("\nshell is back")
    time.sleep(0.7)
    assert tmux.screen().count("count ") == before.count("count ")
    tmux.keys("fg", "Enter")
    reached = max(int(n) for n in re.findall(r"^count (\d+)", before, re.MULTILINE))
    tmux.expect(f"count {reached + 3}")
    tmux.keys("C-c")
    tmux.expect_prompt()
    tmux.keys("echo code $?", "Enter")
    tmux.expect("code 130")


def test_a_shell_inside_has_job_control_of_its_own(tmux: Tmux) -> None:
    tmux.keys("bootseal run --dir run -- bash --norc --noprofile -i", "Enter")
    tmux.keys("PS1='inner> '", "Enter")
    tmux.expect("\ninner>")
    tmux.keys("echo inside $API_KEY; echo asleep; sleep 60", "Enter")
    tmux.expect("\ninside [REDACTED:API_KEY]\nasleep")
    tmux.keys("C-z")
    tmux.expect("Stopped")
    tmux.keys("kill -9 %1; exec sh -c 'exit 6'", "Enter")
    tmux.expect_prompt()
    tmux.keys("echo code $?", "Enter")
    tmux.expect("code 6")


def test_in_the_background_it_runs_and_may_come_to_the_front(tmux: Tmux) -> None:
    tmux.keys("bootseal run --dir run -- sh -c 'echo started; read line; echo read $line $API_KEY' &", "Enter")
    tmux.expect("started")
    tmux.keys("echo shell reads", "Enter")
    tmux.expect("\nshell reads")
    tmux.keys("fg", "Enter")
    # bash shows the command that it brings to the front; keys typed from then on are the job's.
    tmux.expect("fg\nbootseal run")
    tmux.keys("hello", "Enter")
    tmux.expect("read hello [REDACTED:API_KEY]")


def test_many_lines_at_a_terminal_are_complete(booted: Cli) -> None:
    terminal = at_terminal(booted, "seq", "20000")
    assert terminal.finish() == 0
    assert terminal.shown == "".join(f"{n}\r\n" for n in range(1, 20001))
