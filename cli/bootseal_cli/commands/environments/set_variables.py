"""`bootseal environments set`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from bootseal_cli.failures import EXIT_USAGE, CliError
from bootseal_cli.output.documents import json_option, print_json

if TYPE_CHECKING:
    from bootseal_cli.api.client import Client


@click.command(name="set")
@click.argument("name")
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--unset", "removed", multiple=True, metavar="KEY", help="Remove a variable; can be given often.")
@click.option("-d", "--description", help="What it is for; an empty text removes it.")
@click.option("--replace", is_flag=True, help="Keep nothing but what is given here.")
@click.option("--allow-sensitive", is_flag=True, help="Take values that look like credentials; everyone can read them.")
@json_option
def set_variables(name: str, pairs: tuple[str, ...], as_json: bool, **change: Any) -> None:
    """Add, change or remove variables of an environment.

    Makes the environment where there is none. If somebody else changes it in the same moment, nothing is overwritten.
    """
    given = _parsed(pairs)
    if not (given or change["removed"] or change["replace"] or change["description"] is not None):
        raise CliError("say what to change: KEY=VALUE, --unset KEY, --description or --replace", EXIT_USAGE)
    from bootseal_cli.api.client import environment_path
    from bootseal_cli.commands.environments.get import print_environment
    from bootseal_cli.commands.shared import service

    client = service().client
    before, etag = _current(client, name)
    after = client.put(environment_path(name), _body(before, given, change), if_match=etag).document
    if as_json:
        print_json(after)
        return
    print_environment(after)


def _body(before: Mapping[str, str], given: Mapping[str, str], change: Mapping[str, Any]) -> dict[str, Any]:
    kept = {} if change["replace"] else {key: value for key, value in before.items() if key not in change["removed"]}
    body: dict[str, Any] = {"variables": {**kept, **given}}
    if change["description"] is not None:
        body["description"] = change["description"]
    if change["allow_sensitive"]:
        body["allow_sensitive"] = True
    return body


def _parsed(pairs: Sequence[str]) -> dict[str, str]:
    """Return the pairs as a mapping; CliError counts the one that is none, for its text might be a credential."""
    given: dict[str, str] = {}
    for place, pair in enumerate(pairs, start=1):
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise CliError(f"the {place}. of the variables is not KEY=VALUE", EXIT_USAGE)
        if key in given:
            raise CliError(f"{key} is given twice", EXIT_USAGE)
        given[key] = value
    return given


def _current(client: "Client", name: str) -> tuple[Mapping[str, str], str | None]:
    from bootseal_cli.api.client import environment_path
    from bootseal_cli.api.problems import ProblemError

    try:
        found = client.get(environment_path(name))
    except ProblemError as failure:
        if failure.code != "environment_not_found":
            raise
        return {}, None
    return found.document.get("variables") or {}, found.etag
