"""Giving a scope a new key and sealing its current values to it, some at a call, while boots go on.

Sealing anew changes no value: a secret keeps its version, its ETag and its times. Older versions keep their keys.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bootseal.audit_model import Action, event_by
from bootseal.errors import VersionMismatch
from bootseal.ids import new_event_id
from bootseal.model import Caller, Scope, ScopeKey, Secret, SecretValue
from bootseal.parallel import together
from bootseal.ports import AuditWriter, RotationReader, ScopeContents, SecretWriter
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.opening import Opener
from bootseal.services.scope_keys import ScopeKeys
from bootseal.services.succession import Signing
from bootseal.services.values import seal_to

BATCH: Final = 25
"""Secrets read, opened and sealed at once."""

CALL_MAX: Final = 200
"""Most secrets of one call."""

CALL_SECONDS: Final = 12.0
"""No batch begins later than this in a call."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rotation is. `unreadable` are variables whose client-sealed value nobody can open: they stay."""

    key_id: str
    resealed: int
    remaining: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """Rotates the keys of scopes."""

    reader: RotationReader
    writer: SecretWriter
    keys: ScopeKeys
    opener: Opener
    signing: Signing
    audit: AuditWriter

    def rotate(self, caller: Caller, scope: Scope, resume: bool = False) -> Progress:
        """Add a key, or with `resume` take the newest one, and seal as many current values to it as one call may.

        Call again with `resume` until nothing remains. Raises `NotAllowed`, `SecretNotFound` (a scope out of sight),
        `IntegrityError` for a row that was changed outside Bootseal.
        """
        require_in_scope(caller, MANAGE, scope)
        keys = self._keys(caller, scope, resume)
        behind = list(self.reader.sealed_to_others(caller.org, scope, keys[-1].key_id))
        resealed, passed, stop = 0, 0, time.monotonic() + CALL_SECONDS
        unreadable: list[str] = []
        while passed < len(behind) and resealed < CALL_MAX and time.monotonic() < stop:
            batch = behind[passed : passed + BATCH]
            done, bad = self._batch(caller, scope, keys, batch)
            resealed, unreadable, passed = resealed + done, [*unreadable, *bad], passed + len(batch)
        self._note(caller, scope, keys[-1], resealed)
        self.writer.recount(caller.org, scope)
        left = self.reader.sealed_to_others(caller.org, scope, keys[-1].key_id) if behind else ()
        return Progress(keys[-1].key_id, resealed, len(set(left) - set(unreadable)), tuple(unreadable))

    def _keys(self, caller: Caller, scope: Scope, resume: bool) -> Sequence[ScopeKey]:
        keys = self.keys.verified(caller.org, scope)
        if not keys:
            return self.keys.ensured(caller, scope)
        if resume:
            return keys
        added = self.keys.add(caller, scope, keys[-1].generation + 1, Action.SCOPE_KEY_ROTATE)
        # A lost race uses the winner's: two rotations at once are one.
        return [*keys, added] if added else self.keys.verified(caller.org, scope)

    def _batch(
        self, caller: Caller, scope: Scope, keys: Sequence[ScopeKey], names: Sequence[str]
    ) -> tuple[int, list[str]]:
        read = together([partial(self.reader.get, caller.org, scope, name) for name in names])
        secrets = [secret for secret in read if secret is not None and secret.sealed.key_id != keys[-1].key_id]
        if not secrets:
            return 0, []
        self.opener.verify(secrets)
        values = self.opener.open_all(secrets, [ScopeContents(scope, secrets, keys)])
        pairs = [(secret, value) for secret, value in zip(secrets, values, strict=True) if value is not None]
        sealed = together([partial(self._sealed, keys[-1], secret, value) for secret, value in pairs]) if pairs else []
        # One after the other: all of them change the scope's checksum as well, and would only wait for each other.
        done = [self._written(old, new) for (old, _), new in zip(pairs, sealed, strict=True)]
        bad = [secret.env_name for secret, value in zip(secrets, values, strict=True) if value is None]
        return sum(done), bad

    def _sealed(self, key: ScopeKey, secret: Secret, value: SecretValue) -> Secret:
        sealed = replace(seal_to(key, secret.env_name, value), hint=secret.sealed.hint)
        return self.signing.signed(replace(secret, sealed=sealed, signature=b""))

    def _written(self, old: Secret, new: Secret) -> bool:
        try:
            self.writer.reseal(old, new)
        except VersionMismatch:
            return False  # Changed or deleted meanwhile: the change wins, and the next call looks again.
        return True

    def _note(self, caller: Caller, scope: Scope, key: ScopeKey, resealed: int) -> None:
        if resealed:
            details = (("key_id", key.key_id), ("resealed", str(resealed)))
            now = self.signing.now()
            event = event_by(caller, Action.SCOPE_KEY_ROTATE, now, new_event_id(), scope=scope, details=details)
            self.audit.append(event)
