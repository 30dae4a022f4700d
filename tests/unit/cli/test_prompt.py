"""The hidden prompt, on a real pseudo-terminal."""

import json

import pytest

from bootseal_cli.values.prompt import LineReader
from support.terminal import Cli, Terminal

HINTED = "0123456789abcdefghijklmn"


def _asked(alice: Cli, name: str = "k", *more: str) -> Terminal:
    terminal = Terminal(alice, "secrets", "set", name, *more)
    terminal.expect("(hidden; paste or type, then Enter): ")
    return terminal


def test_what_is_typed_is_stored_and_never_shown(alice: Cli) -> None:
    terminal = _asked(alice)
    terminal.press(HINTED + "\r")
    assert terminal.finish() == 0
    assert "Created k in private, exported as K, 0123…klmn" in terminal.shown
    assert HINTED not in terminal.shown


def test_backspace_and_ctrl_u_correct_what_was_typed(alice: Cli) -> None:
    terminal = _asked(alice)
    terminal.press("wrong\x15" + HINTED + "xé\x7f\x7f\r")
    assert terminal.finish() == 0
    assert "0123…klmn" in terminal.shown


def test_ctrl_c_stores_nothing_and_gives_the_terminal_back(alice: Cli) -> None:
    terminal = _asked(alice)
    terminal.press("half-typed\x03")
    assert terminal.finish() == 1
    assert "error: stopped" in terminal.shown
    assert "half-typed" not in terminal.shown
    assert alice.done("secrets", "list", "--json").json["items"] == []


def test_a_paste_of_several_lines_is_one_value(alice: Cli) -> None:
    terminal = _asked(alice, "pem")
    terminal.press("\x1b[200~-----BEGIN\rMADE UP\r-----END\r\x1b[201~\r")
    assert terminal.finish() == 0
    assert "MADE UP" not in terminal.shown
    assert "dropped the one newline" in terminal.shown


def test_a_long_paste_is_not_cut_at_the_terminals_line_buffer(admin: Cli, gateway: str) -> None:
    import urllib3

    value = "x" * 20_000
    terminal = _asked(admin, "long")
    for start in range(0, len(value), 1000):
        terminal.press(value[start : start + 1000])
    terminal.press("\r")
    assert terminal.finish() == 0
    http, headers = urllib3.PoolManager(), {"Authorization": f"Bearer {admin.env['BOOTSEAL_TOKEN']}"}
    issued = http.request("POST", f"{gateway}/v1/boot-tokens", json={"user": "admin"}, headers=headers).json()
    boot = {"Authorization": f"Bearer {issued['boot_token']}"}
    assert http.request("POST", f"{gateway}/v1/inject", json={}, headers=boot).json()["env"] == {"LONG": value}


def test_several_lines_on_a_terminal_that_does_not_mark_pastes_store_nothing_and_reach_no_shell(alice: Cli) -> None:
    terminal = _asked(alice)
    terminal.press("first-line\rsecond-line\r")
    assert terminal.finish() == 2
    assert "--value-file" in terminal.shown
    assert "second-line" not in terminal.shown
    assert alice.done("secrets", "list", "--json").json["items"] == []


def test_the_terminal_echoes_again_after_the_prompt(alice: Cli) -> None:
    terminal = Terminal(alice, "-c", f"'{_python()}' -m bootseal_cli secrets set k; stty -a", program="sh")
    terminal.expect("then Enter): ")
    terminal.press("v\r")
    assert terminal.finish() == 0
    assert " echo " in terminal.shown
    assert " icanon" in terminal.shown
    assert "-icanon" not in terminal.shown


def _python() -> str:
    import sys

    return sys.executable


def test_delete_names_the_secret_and_takes_no_for_an_answer(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin="v")
    terminal = Terminal(alice, "secrets", "delete", "k")
    terminal.expect("Delete k (K) from private with all its versions? Running VMs keep it until they stop.")
    terminal.press("n\r")
    assert terminal.finish() == 1
    assert alice.done("secrets", "get", "k", "--json").json["name"] == "k"


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (b"abc\r", b"abc"),
        (b"abc\n", b"abc"),
        (b"ab\x7fc\r", b"ac"),
        (b"a\xc3\xa9\x08b\r", b"ab"),
        (b"a\x1b[Db\r", b"ab"),
        (b"a\x1bOPb\r", b"aPb"),
        (b"\x1b[200~a\rb\x1b[C\x1b[201~c\r", b"a\nb\x1b[Cc"),
        (b"a\x04b\r", b"ab"),
    ],
)
def test_keys_become_the_value(keys: bytes, value: bytes) -> None:
    reader = LineReader()
    ended = [reader.feed(key) for key in keys]
    assert bytes(reader.typed) == value
    assert ended == [False] * (len(keys) - 1) + [True]


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_tables_fit_the_terminal_and_say_what_they_left_out(alice: Cli, columns: int) -> None:
    alice.done("secrets", "set", "openai-api-key", "-d", "For the calls of the nightly run, see the wiki", stdin=HINTED)
    alice.done("secrets", "set", "b", "--scope", "project:checkout", stdin="v")
    terminal = Terminal(alice, "secrets", "list", columns=columns)
    assert terminal.finish() == 0
    lines = _visible(terminal.shown)
    table = [line for line in lines if "lack of width" not in line and "--json" not in line]
    assert max(map(len, table)) <= columns
    assert any("openai-api-key" in line for line in table)
    assert ("Not shown for lack of width" in terminal.shown) == (columns < 120)


def test_no_colour_means_no_escape_at_all(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin="v")
    terminal = Terminal(alice, "secrets", "list", NO_COLOR="1")
    assert terminal.finish() == 0
    assert "\x1b[1m" not in terminal.shown
    assert "\x1b[3" not in terminal.shown


def test_json_on_a_terminal_is_still_plain_json(alice: Cli) -> None:
    alice.done("secrets", "set", "k", stdin="v")
    terminal = Terminal(alice, "secrets", "list", "--json")
    assert terminal.finish() == 0
    assert json.loads(terminal.shown)["items"][0]["name"] == "k"


def _visible(shown: str) -> list[str]:
    import re

    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown).replace("\r", "").splitlines()
