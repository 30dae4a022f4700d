"""docs/cli.md and the README say what is true."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bootseal_cli import failures
from bootseal_cli.main import cli
from support.aws import REPOSITORY

PAGES = [REPOSITORY / "docs" / "cli.md", REPOSITORY / "README.md"]


def _commands(page: Path) -> list[str]:
    """Every `bootseal ...` in a page's shell blocks and inline code."""
    text = page.read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
    inline = [code for code in re.findall(r"`(bootseal [^`\n]+)`", text) if "…" not in code and "..." not in code]
    found = [match for line in [*lines, *inline] for match in re.findall(r"\bbootseal [^|\n)&]*", line)]
    return [re.split(r" [<>]", command)[0].strip() for command in found]


CASES = sorted({(page.name, command) for page in PAGES for command in _commands(page)})


def _resolve(arguments: list[str]) -> None:
    """Parse a command line down to its command without running it."""
    group: click.Group = cli
    context = click.Context(cli, info_name="bootseal", help_option_names=["-h", "--help"])
    while arguments:
        command = group.get_command(context, arguments[0])
        assert command is not None, arguments[0]
        arguments = arguments[1:]
        if not isinstance(command, click.Group):
            command.make_context(command.name, arguments, parent=context)
            return
        group, context = command, click.Context(command, parent=context, info_name=command.name)


@pytest.mark.parametrize(("page", "command"), CASES, ids=[f"{page}: {command}" for page, command in CASES])
def test_every_command_in_the_pages_is_one_the_program_takes(page: str, command: str) -> None:
    words = shlex.split(command)[1:]
    if words[:1] not in ([], ["--help"], ["run"]):
        _resolve(words)


def test_the_page_names_every_command_of_the_laptops_side() -> None:
    from bootseal_cli.commands.secrets import COMMANDS as SECRETS
    from bootseal_cli.main import COMMANDS

    text = PAGES[0].read_text()
    assert [name for name in SECRETS if f"bootseal secrets {name}" not in text] == []
    assert [name for name in COMMANDS if f"`{name}`" not in text and f"bootseal {name}" not in text] == ["local"]


def test_the_page_names_every_exit_code() -> None:
    codes = {value for name, value in vars(failures).items() if name.startswith("EXIT_")}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", PAGES[0].read_text(), re.MULTILINE)} == codes
