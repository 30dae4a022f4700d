"""Where a sign-in is kept: `session.json` for what is not secret, and the tokens in the OS keyring or beside it.

The keyring is used where the `keyring` package is installed (`pip install 'bootseal[keyring]'`) and has a real
backend; else the tokens stand in the same file, which only its owner may read.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bootseal_cli.config import config_folder
from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.identity import ring
from bootseal_cli.identity.tokens import Session, Tokens
from bootseal_cli.private_files import MODE_FOLDER, read_private, write_private


def session_path() -> Path:
    """Return where the sign-in is kept."""
    return config_folder() / "session.json"


def save(session: Session, tokens: Tokens) -> str:
    """Keep one sign-in in place of any earlier one; return in words where its tokens are."""
    held = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at}
    in_ring = ring.put(json.dumps(held))
    document: dict[str, Any] = {"session": asdict(session), "tokens": None if in_ring else held}
    write_private(session_path(), json.dumps(document, indent=2).encode())
    return "the keyring" if in_ring else str(session_path())


def load() -> tuple[Session, Tokens] | None:
    """Return the sign-in that is kept, or None. Raises CliError (exit 3) where it cannot be read."""
    data = read_private(session_path())
    if data is None:
        return None
    try:
        document = json.loads(data)
        held = document["tokens"] or json.loads(ring.get() or "null")
        return Session(**document["session"]), Tokens(**held)
    except (KeyError, TypeError, ValueError):
        raise CliError("the kept sign-in cannot be read; run `bootseal login`", EXIT_NOT_ALLOWED) from None


def load_session() -> Session | None:
    """Return what is kept of the last sign-in but its tokens, or None where nothing readable is."""
    try:
        kept = load()
    except CliError:
        return None
    return kept[0] if kept else None


def clear() -> bool:
    """Forget the sign-in; return whether there was one."""
    ring.remove()
    try:
        session_path().unlink()
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def lock() -> Iterator[None]:
    """Let one process at a time renew tokens: a rotating refresh token works once."""
    folder = config_folder()
    folder.mkdir(mode=MODE_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(folder / "session.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
