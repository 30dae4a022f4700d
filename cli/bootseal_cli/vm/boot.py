"""One boot, from token to files."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bootseal.sealing import generate_key_pair
from bootseal_cli import debug
from bootseal_cli.vm import formats
from bootseal_cli.vm.access import Access
from bootseal_cli.vm.bundle import Bundle, open_bundle
from bootseal_cli.vm.deadline import Deadline, run_within
from bootseal_cli.vm.files import write_set
from bootseal_cli.vm.folder import check_before
from bootseal_cli.vm.formats import pam_env
from bootseal_cli.vm.inject import Request, ask
from bootseal_cli.vm.refused import refusal
from bootseal_cli.vm.token import FoundToken, find_token

SHELL_FILE: Final = "env.sh"
SYSTEMD_FILE: Final = "environment"
JSON_FILE: Final = "env.json"
RECEIPT_FILE: Final = "receipt.json"
SESSION_FILE: Final = "session"
"""Written only where `--install` has been: what pam_env gives to a session, see `formats.pam_env`."""

FILES: Final = (SHELL_FILE, SYSTEMD_FILE, JSON_FILE, RECEIPT_FILE)
"""What every boot writes."""


@dataclass(frozen=True, slots=True)
class BootPlan:
    """What one boot is to do."""

    api_url: str
    token_file: Path | None
    token_stdin: bool
    requirements: Mapping[str, Any] | None
    folder: Path
    access: Access
    timeout_seconds: float
    sessions: bool = False


def boot(plan: BootPlan) -> Bundle:
    """Fetch the environment and write its files; return what was written.

    Raises CliError with the contract's exit code; then the files of an earlier boot are as they were.
    """
    deadline = Deadline(plan.timeout_seconds)
    check_before(plan.folder, (*FILES, SESSION_FILE))
    bundle = run_within(deadline, lambda: _fetch(plan, deadline))
    files = files_of(bundle)
    if plan.sessions or (plan.folder / SESSION_FILE).exists():
        files = {SESSION_FILE: _session(bundle), **files}
    write_set(plan.folder, files, plan.access)
    debug.note(f"wrote {len(files)} files into {plan.folder}")
    return bundle


def files_of(bundle: Bundle) -> dict[str, bytes]:
    """Return name and content of every file. Raises CliError (exit 6) where one of them cannot hold a variable."""
    return {
        SHELL_FILE: formats.render("shell", bundle.environment),
        SYSTEMD_FILE: formats.render("systemd", bundle.environment),
        JSON_FILE: formats.render("json", bundle.environment),
        # Last: whoever finds a new receipt finds the new values too.
        RECEIPT_FILE: (json.dumps(bundle.receipt, indent=2) + "\n").encode(),
    }


def not_in_sessions(bundle: Bundle) -> list[str]:
    """Return the variables that the session file cannot hold."""
    return [name for name, value in bundle.environment.items() if pam_env.refusal(name, value)]


def _session(bundle: Bundle) -> bytes:
    left_out = set(not_in_sessions(bundle))
    return pam_env.render({k: v for k, v in bundle.environment.items() if k not in left_out}).encode()


def _fetch(plan: BootPlan, deadline: Deadline) -> Bundle:
    found = find_token(plan.token_file, plan.token_stdin)
    # In memory only, and the same for every try: the service answers a repeated request of this key, and no other's.
    private_key, public_key = generate_key_pair()
    request = Request(plan.api_url, found.token, _body(public_key, plan.requirements))
    return _redeem(request, found, private_key, deadline)


def _body(public_key: bytes, requirements: Mapping[str, Any] | None) -> dict[str, Any]:
    key = {"public_key": base64.b64encode(public_key).decode()}
    return key if requirements is None else {**key, "requirements": dict(requirements)}


def _redeem(request: Request, found: FoundToken, private_key: bytes, deadline: Deadline) -> Bundle:
    answer = ask(request, deadline)
    # The service has decided about this token, for better or worse; kept until here, so that a VM that never reached
    # the service can try again after a restart.
    found.discard()
    debug.note(f"inject answered with status {answer.status}")
    if answer.status != 200:
        raise refusal(answer)
    return open_bundle(answer.document(), private_key, request.token)
