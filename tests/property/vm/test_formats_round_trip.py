"""Random values through every format and its real reader: the same back, or refused before anything is written."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from bootseal_cli.vm import formats
from support.vm import consumers
from support.vm.values import ENVIRONMENTS

ROUNDS = settings(max_examples=40, deadline=None)


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


@settings(max_examples=300, deadline=None)
@given(environment=ENVIRONMENTS)
def test_systemd_gives_back_any_value_it_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("systemd", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_with_systemd(written("systemd", held, folder)) == held


@settings(max_examples=300, deadline=None)
@given(environment=ENVIRONMENTS)
def test_github_gives_back_any_value_it_does_not_refuse(environment: dict[str, str]) -> None:
    held = held_by("github", environment)
    with tempfile.TemporaryDirectory() as folder:
        assert consumers.read_as_github_runner(written("github", held, folder)) == held


@settings(max_examples=300, deadline=None)
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
