"""Completion in the real shells."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.terminal import Cli


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with `bootseal` in front."""
    script = tmp_path / "bin" / "bootseal"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bootseal_cli "$@"\n')
    script.chmod(0o755)
    return os.pathsep.join([str(script.parent), os.environ["PATH"]])


def _shell(name: str, program: str, path: str, home: Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed here")
    done = subprocess.run(
        [name, *(["-f"] if name == "zsh" else []), "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": path, "HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_BASH = """
eval "$(bootseal completion bash)"
COMP_WORDS=({words}) COMP_CWORD={last}
_bootseal_completion bootseal
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bootseal se", {"secrets"}),
        ("bootseal secrets r", {"rollback", "rotate-key"}),
        ("bootseal secrets list --se", {"--search"}),
        ("bootseal secrets import x --on-conflict s", {"skip"}),
        ("bootseal completion f", {"fish"}),
    ],
)
def test_bash_completes_commands_options_and_choices(path: str, tmp_path: Path, words: str, expected: set[str]) -> None:
    program = _BASH.format(words=words, last=len(words.split()) - 1)
    assert set(_shell("bash", program, path, tmp_path).split()) == expected


def test_fish_completes_commands_with_their_help(path: str, tmp_path: Path) -> None:
    shown = _shell("fish", "bootseal completion fish | source; complete -C 'bootseal secrets rol'", path, tmp_path)
    assert shown.strip() == "rollback\tBring back an earlier value as a new version"


def test_zsh_takes_the_script_and_registers_it(path: str, tmp_path: Path) -> None:
    program = 'autoload -Uz compinit; compinit -u -D; eval "$(bootseal completion zsh)"; print ${_comps[bootseal]}'
    assert _shell("zsh", program, path, tmp_path).strip() == "_bootseal_completion"


def test_zsh_gets_the_candidates_it_shows(path: str, tmp_path: Path) -> None:
    program = "COMP_WORDS='bootseal secrets ro' COMP_CWORD=2 _BOOTSEAL_COMPLETE=zsh_complete bootseal"
    assert "rollback" in _shell("zsh", program, path, tmp_path).split("\n")


def test_an_unknown_shell_is_a_usage_error_naming_the_three(tmp_path: Path) -> None:
    result = Cli(tmp_path).run("completion", "tcsh")
    assert result.code == 2
    assert all(shell in result.err for shell in ("bash", "zsh", "fish"))
