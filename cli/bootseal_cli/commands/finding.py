"""Fetching one secret, and where it is not, saying where it is."""

from bootseal.names import env_name
from bootseal_cli.api.client import Client, Reply, secret_path
from bootseal_cli.api.problems import ProblemError
from bootseal_cli.failures import CliError
from bootseal_cli.output.text import printable


def fetch(client: Client, scope: str, name: str) -> Reply:
    """Return one secret's metadata and ETag; the error for an absent one names the scopes that do have it."""
    try:
        return client.get(secret_path(scope, name))
    except ProblemError as failure:
        if failure.code != "secret_not_found":
            raise
        elsewhere = _scopes_with(client, name)
        if not elsewhere:
            raise
    options = " or ".join(f"--scope {printable(found)}" for found in elsewhere)
    raise CliError(f"there is no {name} in {scope}; there is one elsewhere: add {options}")


def _scopes_with(client: Client, name: str) -> list[str]:
    variable = env_name(name)
    try:
        found = client.pages("/v1/secrets", {"q": variable})["items"]
    except ProblemError:
        return []
    return [str(item.get("scope")) for item in found if item.get("env_name") == variable]
