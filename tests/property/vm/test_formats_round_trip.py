"""Random values through every format and its real reader: the same back, or refused before anything is written.

`BOOTSEAL_ROUNDS=20` for twenty times as many.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootseal_cli.vm import formats
from bootseal_cli.vm.formats import pam_env
from support.vm import consumers
from support.vm.values import ENVIRONMENTS, NAMES, VALUES

TIMES = int(os.environ.get("BOOTSEAL_ROUNDS", "1"))
ROUNDS = settings(max_examples=40 * TIMES, deadline=None)
CHEAP_ROUNDS = settings(max_examples=300 * TIMES, deadline=None)


def written(name: str, environment: dict[str, str], folder: str) -> Path:
    """Write `environment` as a file of the format and return its path."""
    path = Path(folder) / "file"
    path.write_bytes(formats.render(name, environment))
    return path


def held_by(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Return of `environment` what the format does not refuse."""
    chosen = formats.load(name)
    return {key: value for key, value in environment.items() if chosen.refusal(key, value) is None}


@pytest.mark.parametrize("shell", consumers.SHELLS)
@ROUNDS
@given(environment=ENVIRONMENTS)
def test_shell_gives_back_any_value(shell: str, environment: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written("shell", environment, folder)
        assert consumers.picked(consumers.read_with_shell(shell, path), environment) == environment


@CHEAP_ROUNDS
@given(environment=ENVIRONMENTS)
def test_systemd_gives_back_any_value_it_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("systemd", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_with_systemd(written("systemd", held, folder)) == held


@CHEAP_ROUNDS
@given(environment=ENVIRONMENTS)
def test_github_gives_back_any_value_it_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("github", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_as_github_runner(written("github", held, folder)) == held


@CHEAP_ROUNDS
@given(environment=ENVIRONMENTS)
def test_python_dotenv_gives_back_any_value_dotenv_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("dotenv", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_with_python_dotenv(written("dotenv", held, folder)) == held


@ROUNDS
@given(environment=ENVIRONMENTS)
def test_node_gives_back_any_value_dotenv_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("dotenv", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.picked(consumers.read_with_node(written("dotenv", held, folder)), held) == held


@ROUNDS
@given(environment=ENVIRONMENTS)
def test_docker_gives_back_any_value_it_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("docker", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_with_docker(written("docker", held, folder)) == held


KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


@settings(max_examples=200, deadline=None)
@given(environment=st.dictionaries(NAMES, KEYS | VALUES, min_size=1, max_size=12))
def test_pam_env_gives_back_any_value_that_is_not_left_out(environment: dict[str, str]) -> None:
    held = {name: value for name, value in environment.items() if pam_env.refusal(name, value) is None}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_text(pam_env.render(held))
        assert consumers.read_with_pam_env(path) == held


def test_pam_env_holds_a_line_of_the_length_it_is_trusted_with(tmp_path: Path) -> None:
    long = {"LONG": "x" * (pam_env.LINE_MAX_BYTES - 4), "NEXT": "y"}
    assert pam_env.refusal("LONG", long["LONG"]) is None
    (tmp_path / "file").write_text(pam_env.render(long))
    assert consumers.read_with_pam_env(tmp_path / "file") == long
