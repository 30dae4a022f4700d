"""Tokens of the local stack's users, and boot tokens issued by its launcher."""

import json

import urllib3

from bootseal_cli.failures import EXIT_UNREACHABLE, CliError
from bootseal_cli.local import emulator
from bootseal_cli.local.places import Places
from bootseal_cli.local.seeding import StackFile, is_expired, read_stack_file, seed

_TIMEOUT_SECONDS = 30.0


def user_token(places: Places, user: str) -> str:
    """Return a bearer token of a user, signed in anew where the one on file has ended."""
    stack = read_stack_file(places)
    token = str(stack.user(user)["token"])
    if not is_expired(token):
        return token
    running = emulator.find(places)
    if running is None:
        raise CliError("the token has expired and the stack is down; `make up` signs the users in anew")
    return str(seed(places, running).user(user)["token"])


def boot_token(places: Places, user: str, project: str | None, seconds: int) -> str:
    """Have the launcher issue a boot token for `user`; CliError says what the service answered."""
    launcher = user_token(places, "launcher")
    stack = read_stack_file(places)
    wish = {"user": stack.user(user)["user"], "ttl_seconds": seconds} | ({"project": project} if project else {})
    return _post_boot_token(stack, launcher, wish)


def _post_boot_token(stack: StackFile, launcher: str, wish: dict[str, object]) -> str:
    try:
        answer = urllib3.PoolManager(retries=False, timeout=_TIMEOUT_SECONDS).request(
            "POST",
            f"{stack.api_url}/v1/boot-tokens",
            headers={"Authorization": f"Bearer {launcher}", "Content-Type": "application/json"},
            body=json.dumps(wish).encode(),
        )
        document = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError):
        raise CliError("the local stack does not answer; start it: `make up`", EXIT_UNREACHABLE) from None
    if answer.status != 201:
        raise CliError(f"no boot token: {document.get('detail') or document.get('title') or answer.status}")
    return str(document["boot_token"])
