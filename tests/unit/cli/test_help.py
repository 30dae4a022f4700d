"""Help is complete, cheap and true."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bootseal_cli import main
from bootseal_cli.lazy import LazyCommand, LazyGroup
from support.terminal import Cli


def _registry() -> dict[str, LazyCommand]:
    from bootseal_cli.commands.environments import COMMANDS as ENVIRONMENTS
    from bootseal_cli.commands.secrets import COMMANDS as SECRETS
    from bootseal_cli.commands.users import COMMANDS as USERS

    return {
        **main.COMMANDS,
        **{f"secrets {name}": entry for name, entry in SECRETS.items()},
        **{f"environments {name}": entry for name, entry in ENVIRONMENTS.items()},
        **{f"users {name}": entry for name, entry in USERS.items()},
    }


@pytest.mark.parametrize("name", _registry())
def test_each_short_help_is_the_commands_own(name: str) -> None:
    entry = _registry()[name]
    assert entry.load().get_short_help_str(limit=200).rstrip(".") == entry.short_help


@pytest.mark.parametrize("name", _registry())
def test_each_command_is_called_what_its_registry_says(name: str) -> None:
    assert _registry()[name].load().name == name.rsplit(maxsplit=1)[-1]


def _every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += _every_command(command, (*path, name))
    return found


def test_every_command_and_every_option_is_described() -> None:
    for path, command in _every_command(main.cli):
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, (path, parameter.name)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["secrets", "--help"], ["secrets", "set", "-h"]])
def test_help_is_printed_on_stdout_and_exits_0(tmp_path: Path, arguments: list[str]) -> None:
    result = Cli(tmp_path).run(*arguments)
    assert result.code == 0
    assert result.out.startswith("Usage: bootseal")
    assert result.err == ""


def _modules_after(arguments: list[str]) -> set[str]:
    program = (
        "import sys\nfrom bootseal_cli.main import run\n"
        f"run({arguments!r})\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["secrets", "--help"], ["environments", "--help"]])
def test_help_imports_neither_commands_nor_their_libraries(arguments: list[str]) -> None:
    modules = _modules_after(arguments)
    heavy = {"rich", "urllib3", "cryptography", "msgspec", "yaml", "dotenv", "bootseal", "ssl", "importlib.metadata"}
    assert not heavy & modules
    asked = {f"bootseal_cli.commands.{argument}" for argument in arguments} | {"bootseal_cli.commands"}
    assert {name for name in modules if name.startswith("bootseal_cli.commands")} <= asked


@pytest.mark.parametrize("name", ["login", "secrets set", "secrets import", "secrets list", "check", "preview"])
def test_a_commands_own_help_loads_no_http_and_no_cryptography(name: str) -> None:
    modules = _modules_after([*name.split(), "--help"])
    assert not {"rich", "urllib3", "cryptography", "ssl", "yaml", "dotenv"} & modules


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    result = Cli(tmp_path).run("secret")
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert "bootseal --help" in result.err


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (["secrte"], "`bootseal secrets`"),
        (["secret", "set", "x"], "`bootseal secrets`"),
        (["set", "x"], "`bootseal secrets set`"),
        (["secrets", "ls"], "`bootseal secrets list`"),
        (["secrets", "rm", "x"], "`bootseal secrets delete`"),
        (["environments", "lits"], "`bootseal environments list`"),
    ],
)
def test_an_unknown_command_is_told_which_one_was_meant(tmp_path: Path, typed: list[str], named: str) -> None:
    result = Cli(tmp_path).run(*typed)
    assert (result.code, result.out) == (2, "")
    assert f"Did you mean {named}?" in result.err


def test_every_command_named_in_the_place_of_another_is_there() -> None:
    from bootseal_cli.commands.secrets import secrets

    assert isinstance(secrets, LazyGroup)
    assert set(secrets.meant.values()) <= set(secrets.lazy)
    assert not set(secrets.meant) & set(secrets.lazy)
    assert isinstance(main.cli, LazyGroup)
    assert {meant.split()[0] for meant in main.cli.meant.values()} <= set(main.cli.lazy)


@pytest.mark.parametrize("group", [[], ["secrets"], ["environments"], ["users"], ["local"]])
def test_a_group_alone_shows_its_help_as_help_and_exits_2(tmp_path: Path, group: list[str]) -> None:
    result = Cli(tmp_path).run(*group)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: bootseal")
    assert "error" not in result.err


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    from importlib.metadata import version

    assert Cli(tmp_path).run("--version").out == f"bootseal {version('bootseal')}\n"
