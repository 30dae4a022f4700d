"""Reads back what a boot wrote: the variables, and which of them are secret."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bootseal_cli.failures import CliError

LOADED: Final = "BOOTSEAL_LOADED"
"""Set where the variables are in the environment already, so that the shell hook leaves them as they are."""

_TOKEN: Final = "BOOTSEAL_BOOT_TOKEN"


@dataclass(frozen=True, slots=True)
class Injected:
    """The environment of the last boot. `secrets` is the part of `variables` that is to be hidden."""

    variables: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)

    def only(self, names: Iterable[str]) -> dict[str, str]:
        """Return the named variables. Raises CliError for a name that was not injected."""
        wanted = list(names)
        if unknown := [name for name in wanted if name not in self.variables]:
            raise CliError(f"--only: not in this VM's environment: {', '.join(unknown)}; see its receipt.json")
        return {name: self.variables[name] for name in wanted}

    def around(self, chosen: Mapping[str, str], current: Mapping[str, str]) -> dict[str, str]:
        """Return the environment for a command: `current` with `chosen`, and with no injected value not chosen.

        A shell that has loaded the whole set would otherwise hand on what --only leaves out.
        """
        left_out = {name for name, value in self.variables.items() if current.get(name) == value}
        kept = {name: value for name, value in current.items() if name not in left_out and name != _TOKEN}
        return {**kept, **chosen, LOADED: "1"}


def read_injected(folder: Path) -> Injected:
    """Return what the last boot wrote into `folder`. Raises CliError where there is nothing that can be read."""
    variables = _read(folder / "env.json")
    if not all(isinstance(value, str) for value in variables.values()):
        raise CliError(f"{folder / 'env.json'} is damaged; boot again")
    try:
        names = _secret_names(_read(folder / "receipt.json"), variables)
    except CliError:
        names = set(variables)  # without a record of what is secret, everything is
    return Injected(variables, {name: value for name, value in variables.items() if name in names})


def _secret_names(receipt: Mapping[str, Any], variables: Mapping[str, str]) -> set[str]:
    entries = receipt.get("secrets")
    if not isinstance(entries, list):
        return set(variables)
    return {str(entry.get("env_name")) for entry in entries if entry.get("status") == "injected"}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise CliError(f"there is no {path}; run `bootseal boot` first, or name the directory with --dir") from None
    except OSError as failure:
        user = os.environ.get("USER", "this user")
        raise CliError(f"{path} cannot be read ({failure.strerror}); boot with --owner {user}") from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CliError(f"{path} is damaged; boot again")
    return found
