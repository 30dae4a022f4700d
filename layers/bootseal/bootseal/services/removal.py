"""Removing a user who leaves: their private secrets go, and their boot tokens are cancelled. See docs/adr/0013."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bootseal.audit_model import Action, event_by
from bootseal.errors import NotAllowed, VersionMismatch
from bootseal.ids import epoch, new_event_id, timestamp
from bootseal.model import Caller, Scope, Secret, private_scope
from bootseal.names import check_user
from bootseal.ports import Clock, RemovalStore, SecretReader, SecretWriter
from bootseal.services.access import AUDIT, MANAGE, require
from bootseal.services.succession import secret_event

BATCH: Final = 50
CALL_MAX: Final = 500
"""Most secrets of one call."""

CALL_SECONDS: Final = 15.0
"""No batch begins later than this in a call."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What one call did. Call again while something remains. `tokens_issued_until`: later boot tokens hold."""

    secrets: int
    remaining: bool
    tokens_issued_until: str


@dataclass(frozen=True, slots=True)
class UserRemover:
    """Removes users. Holds no key of any kind."""

    reader: SecretReader
    writer: SecretWriter
    store: RemovalStore
    clock: Clock

    def remove(self, caller: Caller, user: str) -> Removed:
        """Cancel the boot tokens of `user` in the caller's org, and delete the user's private secrets for good.

        Raises `NotAllowed` unless the caller may both manage secrets and read the audit trail, in all projects.
        """
        self._check(caller)
        scope = private_scope(check_user(user))
        moment = self.clock.now()
        details = (("user", user),)
        event = event_by(caller, Action.USER_REMOVE, timestamp(moment), new_event_id(), scope=scope, details=details)
        # First the tokens: a boot that comes later must not find what is still to be deleted.
        self.store.note_removal(caller.org, scope, epoch(moment), event)
        deleted, remaining = self._emptied(caller, scope)
        return Removed(deleted, remaining, timestamp(moment))

    def _check(self, caller: Caller) -> None:
        require(caller, MANAGE)
        require(caller, AUDIT)
        if caller.projects is not None:
            raise NotAllowed("Removing a user needs a token that is not limited to some projects.")

    def _emptied(self, caller: Caller, scope: Scope) -> tuple[int, bool]:
        deleted, stop = 0, time.monotonic() + CALL_SECONDS
        secrets = self._all(caller.org, scope)
        while batch := list(islice(secrets, BATCH)):
            if deleted >= CALL_MAX or time.monotonic() > stop:
                return deleted, True
            # One after the other: all of them change the scope's checksum, and would only wait for each other.
            deleted += sum(self._deleted(caller, secret) for secret in batch)
        self.store.clear_leftovers(caller.org, scope)
        return deleted, bool(self.reader.page(caller.org, scope, "", 1))

    def _all(self, org: str, scope: Scope) -> Iterator[Secret]:
        after = ""
        while batch := self.reader.page(org, scope, after, BATCH):
            yield from batch
            after = batch[-1].env_name

    def _deleted(self, caller: Caller, secret: Secret) -> bool:
        now = timestamp(self.clock.now())
        details = (("reason", "user removed"),)
        try:
            self.writer.delete(secret, secret_event(caller, Action.SECRET_DELETE, secret, now, details))
        except VersionMismatch:
            return False  # Changed meanwhile: still there, so the caller is told to call again.
        return True
