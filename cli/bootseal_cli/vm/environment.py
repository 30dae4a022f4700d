"""Reads back what a boot wrote: the variables, and which of them are secret.

`run` is to start in milliseconds, so this and everything it needs imports neither click nor dataclasses, typing or
pathlib; a failure imports what it takes to be told.
"""

# ruff: noqa: PTH118, PTH123 - pathlib takes longer to import than all of this to run

import os
from collections.abc import Iterable, Mapping

from bootseal_cli.vm import quick_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bootseal_cli.failures import CliError

LOADED = "BOOTSEAL_LOADED"
"""Set where the variables are in the environment already, so that the shell hook leaves them as they are."""

_TOKEN = "BOOTSEAL_BOOT_TOKEN"


class Injected:
    """The environment of the last boot. `secrets` is the part of `variables` that is to be hidden."""

    __slots__ = ("secrets", "variables")

    def __init__(self, variables: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        self.variables = variables
        self.secrets = secrets

    def only(self, names: Iterable[str]) -> dict[str, str]:
        """Return the named variables. Raises CliError for a name that was not injected."""
        wanted = list(names)
        if unknown := [name for name in wanted if name not in self.variables]:
            raise _failure(f"--only: not in this VM's environment: {', '.join(unknown)}; see its receipt.json")
        return {name: self.variables[name] for name in wanted}

    def around(self, chosen: Mapping[str, str], current: Mapping[str, str]) -> dict[str, str]:
        """Return the environment for a command: `current` with `chosen`, and with no injected value not chosen.

        A shell that has loaded the whole set would otherwise hand on what --only leaves out.
        """
        left_out = {name for name, value in self.variables.items() if current.get(name) == value}
        kept = {name: value for name, value in current.items() if name not in left_out and name != _TOKEN}
        return {**kept, **chosen, LOADED: "1"}


def read_injected(folder: "str | os.PathLike[str]") -> Injected:
    """Return what the last boot wrote into `folder`. Raises CliError where there is nothing that can be read.

    Without a receipt that can be read, every variable counts as secret.
    """
    path = os.path.join(folder, "env.json")
    variables = _object_in(_content(path))
    if variables is None or not all(isinstance(value, str) for value in variables.values()):
        raise _failure(f"{path} is damaged; boot again")
    names = _secret_names(_receipt(os.path.join(folder, "receipt.json")), variables)
    return Injected(variables, {name: value for name, value in variables.items() if name in names})


def _secret_names(receipt: "Mapping[str, Any]", variables: Mapping[str, str]) -> set[str]:
    entries = receipt.get("secrets")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return set(variables)
    return {str(entry.get("env_name")) for entry in entries if entry.get("status") == "injected"}


def _receipt(path: str) -> "Mapping[str, Any]":
    try:
        with open(path, "rb") as stream:
            return _object_in(stream.read()) or {}
    except OSError:
        return {}


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        raise _failure(f"there is no {path}; run `bootseal boot` first, or name the directory with --dir") from None
    except OSError as failure:
        user = os.environ.get("USER", "USER")
        raise _failure(f"{path} cannot be read ({failure.strerror}); boot with --owner {user}") from None


def _object_in(content: bytes) -> "dict[str, Any] | None":
    try:
        found = quick_json.read(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _failure(message: str) -> "CliError":
    from bootseal_cli.failures import CliError

    return CliError(message)
