"""`bootseal export` prints what the formats give, or refuses and prints nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bootseal_cli.vm.formats import FORMATS
from support.terminal import Cli
from support.vm import consumers

ONE_LINE = {"API_KEY": "sk-proj-MadeUp0123456789", "REGION": "made-up-region-1", "SPACED": " a  b "}
READERS: dict[str, Callable[[Path], dict[str, str]]] = {
    "shell": lambda path: consumers.read_with_shell("sh", path),
    "dotenv": consumers.read_with_python_dotenv,
    "docker": consumers.read_with_docker,
    "json": lambda path: json.loads(path.read_bytes()),
    "systemd": consumers.read_with_systemd,
    "github": consumers.read_as_github_runner,
}


@pytest.fixture
def plain(booted: Cli) -> Cli:
    """A VM whose values every format can hold."""
    (booted.home / "run" / "env.json").write_text(json.dumps(ONE_LINE))
    return booted


def exported(booted: Cli, name: str, tmp_path: Path) -> Path:
    """Return a file with what the command printed."""
    path = tmp_path / "exported"
    path.write_text(booted.done("export", "--format", name, "--dir", "run").out)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read_back_by_its_program(plain: Cli, name: str, tmp_path: Path) -> None:
    assert consumers.picked(READERS[name](exported(plain, name, tmp_path)), ONE_LINE) == ONE_LINE


def test_shell_is_the_default_and_can_be_evaluated(plain: Cli) -> None:
    script = f'eval "$({sys.executable} -m bootseal_cli export --dir run)"; printf %s "$API_KEY$SPACED"'
    done = subprocess.run(["sh", "-c", script], env=plain.environment(), cwd=plain.home, capture_output=True)
    assert done.stdout == b"sk-proj-MadeUp0123456789 a  b "


def test_a_refusal_prints_nothing_and_ends_with_6(booted: Cli) -> None:
    result = booted.run("export", "--format", "docker", "--dir", "run")
    assert (result.code, result.out) == (6, "")
    assert "LINES holds a line break" in result.err
    assert "made-up line" not in result.err


def test_without_a_boot_it_says_what_to_do(booted: Cli) -> None:
    result = booted.run("export", "--dir", "nowhere")
    assert (result.code, "bootseal boot" in result.err) == (1, True)
