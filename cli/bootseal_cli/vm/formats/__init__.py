"""The formats an environment can be written in: each is exact for every value it accepts, or refuses by name.

One file per format, all of the same shape:

- `refusal(name, value)` says in a few words why the format cannot hold a value, or None where it can;
- `render(environment)` is the text, given that nothing was refused.

The words of a refusal never quote the value.
"""

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, CliError

FORMATS = ("shell", "dotenv", "docker", "json", "systemd", "github")
"""Names of the formats, as `bootseal export --format` takes them."""

_MODULES = {name: f"{__name__}.{name}" for name in FORMATS} | {"json": f"{__name__}.json_object"}


class Format(Protocol):
    """What each module of this package provides."""

    TITLE: str
    """What the format is called in a refusal."""

    def refusal(self, name: str, value: str) -> str | None:
        """Return why the format cannot hold `value` under `name`, or None."""

    def render(self, environment: Mapping[str, str]) -> str:
        """Return the text that gives back exactly `environment` when its consumer reads it."""


def load(name: str) -> Format:
    """Import and return the format called `name`, one of `FORMATS`."""
    return cast("Format", importlib.import_module(_MODULES[name]))


def render(name: str, environment: Mapping[str, str]) -> bytes:
    """Return `environment` in the format `name`, as UTF-8.

    Raises CliError with exit code 6, naming every variable at fault, where the format cannot hold one exactly.
    """
    chosen = load(name)
    refused = [f"{key} {why}" for key, value in environment.items() if (why := chosen.refusal(key, value))]
    if refused:
        raise refused_by(chosen.TITLE, refused)
    return chosen.render(environment).encode()


def refused_by(title: str, refused: list[str]) -> CliError:
    """Return the failure that names each variable `title` cannot hold and why."""
    listed = "\n".join(f"  {line}" for line in refused)
    return CliError(
        f"{title} cannot hold these exactly, so nothing was written:\n{listed}\n"
        "Leave them out, or use a format that can hold them (json and shell hold everything).",
        EXIT_NOT_REPRESENTABLE,
    )
