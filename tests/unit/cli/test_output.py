"""What is printed: cells, times, progress."""

import time
from datetime import UTC, datetime

import pytest

from bootseal_cli.output import progress
from bootseal_cli.output.table import Column, field, print_table
from bootseal_cli.output.text import json_safe, printable, shown
from bootseal_cli.output.times import ago
from support.recorder import Told, answering
from support.terminal import Cli, Terminal

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-21T12:00:00.000Z", "just now"),
        ("2026-11-21T12:00:30.000Z", "just now"),
        ("2026-11-21T11:59:01.000Z", "59 s ago"),
        ("2026-11-21T11:59:00.000Z", "1 min ago"),
        ("2026-11-21T11:00:01.000Z", "59 min ago"),
        ("2026-11-21T11:00:00.000Z", "1 h ago"),
        ("2026-11-20T12:00:00.000Z", "1 d ago"),
        ("2026-10-22T12:00:00.000Z", "1 mo ago"),
        ("2025-11-21T12:00:00.000Z", "1 y ago"),
        ("2026-11-21T14:00:00+02:00", "just now"),
        ("soon", "soon"),
        (None, "Not set"),
        ("2026-11-21T12:00:00", "2026-11-21T12:00:00"),
    ],
)
def test_a_time_is_told_as_how_long_ago(moment: object, said: str) -> None:
    assert ago(moment, NOW) == said


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, "Not set"), ("", "Not set"), (True, "Yes"), (False, "No"), (0, "0"), ("a\nb\tc", "a\\nb\\tc"), ([], "[]")],
)
def test_no_cell_is_blank_or_breaks_its_line(value: object, cell: str) -> None:
    assert shown(value) == cell


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    assert printable("a\x1b[31m\x9b\u202e\u2066\ud800z") == "a\\u001b[31m\\u009b\\u202e\\u2066\\ud800z"
    assert printable("grüße 🚀 日本") == "grüße 🚀 日本"


def test_json_stays_the_same_document() -> None:
    import json

    text = "a\x1b\x7f\x9b\u2028\u202e\ud800 grüße"
    document = json_safe(json.dumps(text, ensure_ascii=False))
    assert json.loads(document) == text
    document.encode()


def test_a_piped_table_is_as_wide_as_it_needs_and_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (Column("A", field("a")), Column("Long title", field("b"), rank=9))
    print_table(columns, [{"a": "x" * 300, "b": None}, {"a": "y", "b": "z"}], "nothing")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A".ljust(302) + "LONG TITLE"
    assert lines[1] == "x" * 300 + "  Not set"
    assert lines[2] == "y".ljust(302) + "z"


def test_something_slow_shows_a_spinner_and_takes_it_away(alice: Cli) -> None:
    def slow(_call: object) -> Told:
        time.sleep(progress.DELAY_SECONDS + 0.6)
        return Told(200, b'{"org": "acme", "user": "alice"}')

    with answering(slow) as seen:
        machine = Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address})
        terminal = Terminal(machine, "whoami", "--json")
        assert terminal.finish() == 0
        assert "waiting for the service" in terminal.shown
        assert terminal.shown.split("\x1b[K")[-1].lstrip().startswith("{")
        assert "waiting" not in machine.process("whoami").err


def test_something_quick_shows_none(alice: Cli) -> None:
    with answering(lambda _call: Told(200, b'{"org": "acme", "user": "alice"}')) as seen:
        terminal = Terminal(Cli(alice.home, {**alice.env, "BOOTSEAL_API_URL": seen.address}), "whoami", "--json")
        assert terminal.finish() == 0
        assert "waiting" not in terminal.shown
