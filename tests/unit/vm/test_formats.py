"""Each format gives back every value exactly, or refuses it by name."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, CliError
from bootseal_cli.vm import formats
from support.vm import consumers
from support.vm.values import NASTY

READERS: dict[str, tuple[Callable[[Path], dict[str, str]], ...]] = {
    "dotenv": (consumers.read_with_python_dotenv, consumers.read_with_node),
    "docker": (consumers.read_with_docker,),
    "systemd": (consumers.read_with_systemd,),
    "github": (consumers.read_as_github_runner,),
}


def held_by(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Return of `environment` what the format does not refuse."""
    chosen = formats.load(name)
    return {key: value for key, value in environment.items() if chosen.refusal(key, value) is None}


@pytest.mark.parametrize("shell", consumers.SHELLS)
def test_shell_holds_every_nasty_value_in_every_shell(shell: str, tmp_path: Path) -> None:
    path = tmp_path / "env.sh"
    path.write_bytes(formats.render("shell", NASTY))
    assert consumers.picked(consumers.read_with_shell(shell, path), NASTY) == NASTY
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_nasty_value_comes_back_exactly_or_is_refused(name: str, tmp_path: Path) -> None:
    held = held_by(name, NASTY)
    path = tmp_path / "file"
    path.write_bytes(formats.render(name, held))
    for read in READERS[name]:
        assert consumers.picked(read(path), held) == held


def test_systemd_github_and_shell_hold_all_but_what_the_reader_cannot() -> None:
    assert held_by("systemd", NASTY).keys() == NASTY.keys()
    assert held_by("shell", NASTY).keys() == NASTY.keys()
    assert NASTY.keys() - held_by("github", NASTY).keys() == {"LONE_CR"}


def test_dotenv_refuses_what_one_of_its_readers_would_change() -> None:
    refused = NASTY.keys() - held_by("dotenv", NASTY).keys()
    assert refused == {"BACKSLASHES", "BOTH_QUOTES", "CONTROL", "CRLF", "LONE_CR", "SUBSTITUTION"}


def test_docker_refuses_line_breaks_and_lines_of_64_kib() -> None:
    multi_line = {name for name, value in NASTY.items() if "\n" in value}
    assert NASTY.keys() - held_by("docker", NASTY).keys() == multi_line | {"BOTH_QUOTES", "LARGE_QUOTES", "LONE_CR"}


def test_docker_holds_a_line_at_its_limit_and_refuses_the_next(tmp_path: Path) -> None:
    name = "NEAR_LIMIT"
    value = "x" * (65_534 - len(name) - 1)
    path = tmp_path / "file"
    path.write_bytes(formats.render("docker", {name: value}))
    assert consumers.read_with_docker(path) == {name: value}
    with pytest.raises(CliError, match="65535 bytes"):
        formats.render("docker", {name: value + "x"})


def test_systemd_refuses_noncharacters_because_the_whole_file_would_be_ignored(tmp_path: Path) -> None:
    for code in (0xFDD0, 0xFDEF, 0xFFFE, 0x1FFFF, 0x10FFFF):
        with pytest.raises(CliError, match=f"U\\+{code:04X}"):
            formats.render("systemd", {"NAME": f"a{chr(code)}"})
    path = tmp_path / "file"
    path.write_text('GOOD="x"\nBAD="\ufdd0"\n')
    with pytest.raises(AssertionError, match="Invalid argument"):
        consumers.read_with_systemd(path)


@pytest.mark.parametrize("name", [name for name in formats.FORMATS if name != "json"])
def test_a_refusal_names_every_variable_and_no_value_and_exits_6(name: str) -> None:
    environment = {"FIRST": "made-up-value-1\0", "SECOND": "made-up-value-2\0", "FINE": "x"}
    with pytest.raises(CliError) as refused:
        formats.render(name, environment)
    assert refused.value.exit_code == EXIT_NOT_REPRESENTABLE
    assert "FIRST" in refused.value.message
    assert "SECOND" in refused.value.message
    assert "FINE" not in refused.value.message
    assert "made-up" not in refused.value.message


def test_github_delimiters_differ_for_each_value_and_each_time() -> None:
    environment = {"A": "x", "B": "x"}
    texts = [formats.render("github", environment).decode() for _ in range(2)]
    marks = [line.split("<<")[1] for text in texts for line in text.splitlines() if "<<" in line]
    assert len(set(marks)) == 4


@pytest.mark.parametrize("shell", ["sh", "dash", "bash", "zsh"])
@pytest.mark.parametrize("option", ["-x", "-v", "-xv"])
def test_a_traced_shell_does_not_trace_the_values_and_goes_on_tracing(shell: str, option: str, tmp_path: Path) -> None:
    path = tmp_path / "env.sh"
    path.write_bytes(formats.render("shell", {"NAME": "made-up-secret"}))
    script = tmp_path / "script"
    script.write_text(f'. "{path}"\necho "options: $-"\necho ${{NAME:+is set}}\n')
    done = subprocess.run([consumers.need(shell), option, str(script)], capture_output=True, text=True, check=True)
    assert "made-up-secret" not in done.stdout + done.stderr
    shown = done.stdout.split("options: ")[1]
    assert all(letter in shown for letter in option[1:])


@pytest.mark.parametrize("shell", consumers.SHELLS)
def test_the_shell_file_leaves_nothing_but_its_variables(shell: str, tmp_path: Path) -> None:
    path = tmp_path / "env.sh"
    path.write_bytes(formats.render("shell", {"NAME": "x"}))
    assert "BOOTSEAL_TRACED" not in consumers.read_with_shell(shell, path)
