"""Help is complete, cheap and true."""

import subprocess
import sys

import click
import pytest

from bootseal_cli import main
from bootseal_cli.lazy import LazyCommand
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
def test_help_is_printed_on_stdout_and_exits_0(tmp_path: object, arguments: list[str]) -> None:
    from pathlib import Path

    result = Cli(Path(str(tmp_path))).run(*arguments)
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


def test_an_unknown_command_is_a_usage_error(tmp_path: object) -> None:
    from pathlib import Path

    result = Cli(Path(str(tmp_path))).run("secret")
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert "bootseal --help" in result.err


def test_the_version_is_the_packages(tmp_path: object) -> None:
    from importlib.metadata import version
    from pathlib import Path

    assert Cli(Path(str(tmp_path))).run("--version").out == f"bootseal {version('bootseal')}\n"
