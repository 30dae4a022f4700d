"""The `--json` option and what it prints: the API's own keys, one document on stdout."""

import json
from typing import Any

import click

from bootseal_cli.output.text import json_safe

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON with the API's keys.")
"""Puts `--json` on a command, as the parameter `as_json`."""


def print_json(document: Any) -> None:
    """Print one JSON document, indented, keys in the order of the API."""
    click.echo(json_safe(json.dumps(document, indent=2, ensure_ascii=False)))
