"""Where the command line looks for things: environment variables, the configuration folder, the local stack's file."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError

ENV_API_URL = "BOOTSEAL_API_URL"
ENV_TOKEN = "BOOTSEAL_TOKEN"
ENV_ISSUER = "BOOTSEAL_ISSUER"
ENV_CLIENT_ID = "BOOTSEAL_CLIENT_ID"
REDIRECT_PORT = 8976
"""The port of the registered redirect address. Cognito compares redirect addresses byte for byte, so it is fixed."""

LOCAL_STACK_FILE = Path(".local") / "bootseal.json"


def config_folder() -> Path:
    """Return `$XDG_CONFIG_HOME/bootseal`, or `~/.config/bootseal`.

    A relative XDG_CONFIG_HOME is ignored, as the XDG Base Directory specification asks.
    """
    base = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".config") / "bootseal"


@dataclass(frozen=True, slots=True)
class LocalStack:
    """What `.local/bootseal.json` says about the stack running on this machine."""

    path: Path
    content: Mapping[str, Any]

    def text(self, key: str) -> str | None:
        """Return a text field, or None where the file has none."""
        found = self.content.get(key)
        return found if isinstance(found, str) and found else None

    def api_url(self) -> str:
        """Return the address of the local API."""
        found = self.text("api_url")
        if found is None:
            raise CliError(f"{self.path} names no api_url; run `bootseal local up` anew")
        return found

    def token(self, user: str) -> str:
        """Return the bearer token of one of the seeded users; CliError names the users there are."""
        users = self.content.get("users", {})
        token = users.get(user, {}).get("token") if isinstance(users, dict) else None
        if not isinstance(token, str):
            known = ", ".join(sorted(users)) or "none"
            raise CliError(f"the local stack has no such user; it has: {known}", EXIT_NOT_ALLOWED)
        return token


def find_local_stack(start: Path | None = None) -> LocalStack | None:
    """Return the local stack's file, looked for in `start` (the working folder) and every folder above it."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        path = folder / LOCAL_STACK_FILE
        if path.is_file():
            return read_local_stack(path)
    return None


def read_local_stack(path: Path) -> LocalStack:
    """Read one local stack file; CliError where it is not one."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise CliError(f"{path} cannot be read; run `bootseal local up` anew")
    return LocalStack(path, content)


def need_local_stack() -> LocalStack:
    """Return the local stack's file; CliError says how to start one."""
    found = find_local_stack()
    if found is None:
        raise CliError(
            f"no local stack here: {LOCAL_STACK_FILE} is in neither this folder nor one above it; "
            "run `bootseal local up` (or `make up`) first"
        )
    return found
