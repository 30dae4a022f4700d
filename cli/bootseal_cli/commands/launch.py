"""The options that say which launch is meant: for whom, in which project, with which environment."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bootseal_cli.commands.shared import Service

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--user", metavar="SUB", help="Whose VM; yours without it. For others you need boot:issue."),
    click.option("--project", metavar="SLUG", help="The project the VM works in."),
    click.option("--environment", metavar="NAME", help="The named environment whose defaults it gets."),
)


def launch_options(command: F) -> F:
    """Put --user, --project and --environment on a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def launch_query(here: "Service", launch: Mapping[str, str | None]) -> dict[str, object]:
    """Return the query of `/v1/boot-preview` for these options."""
    return {**launch, "user": launch.get("user") or here.who()[1]}
