"""The four users and the file that tells their tokens: made by tools/emulator/seed.py, read here."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.local.building import run_script
from bootseal_cli.local.emulator import Emulator
from bootseal_cli.local.places import STACK_NAME, Places
from bootseal_cli.local.steps import step

_LEAST_LIFE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StackFile:
    """What `.local/bootseal.json` says. Its content holds tokens: never print it whole."""

    content: Mapping[str, Any]

    @property
    def api_url(self) -> str:
        """The API's address, without a slash at its end."""
        return str(self.content["api_url"])

    @property
    def console_url(self) -> str:
        """The console's address."""
        return str(self.content["console_url"])

    def user(self, name: str) -> Mapping[str, Any]:
        """Return what the file says about one of the users; CliError names the users there are."""
        users: Mapping[str, Mapping[str, Any]] = self.content["users"]
        if name not in users:
            raise CliError(f"the local stack has no such user; it has: {', '.join(sorted(users))}", EXIT_NOT_ALLOWED)
        return users[name]


def seed(places: Places, emulator: Emulator) -> StackFile:
    """Make the users where they are missing, sign them in anew and write the stack file."""
    with step("signing in alice, bob, launcher and mallory"):
        run_script(places, emulator, "seed.py", STACK_NAME, str(places.stack_file))
    return read_stack_file(places)


def read_stack_file(places: Places) -> StackFile:
    """Read the stack file; CliError says how to make one."""
    try:
        return StackFile(json.loads(places.stack_file.read_bytes()))
    except (OSError, ValueError):
        raise CliError("there is no local stack here; start one: `make up` or `bootseal local up`") from None


def is_expired(token: str) -> bool:
    """Say whether a token of the file has ended or is about to. The token is ours, so its signature is not checked."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return bool(claims["exp"] < time.time() + _LEAST_LIFE_SECONDS)
