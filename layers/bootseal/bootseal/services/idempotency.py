"""Requests that are carried out once however often they are sent, by their `Idempotency-Key`.

What is remembered must not give a value away to someone who reads the table, so nothing that is stored can be computed
without the key itself, and the key is not stored: see docs/adr/0011.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from bootseal.encoding import length_prefixed, optional
from bootseal.errors import Conflict, IdempotencyConflict
from bootseal.ids import epoch
from bootseal.import_ports import IdempotencyRecord, IdempotencyStore
from bootseal.model import Caller, Secret, SecretValue, parse_scope_key
from bootseal.ports import Clock, HistoryReader
from bootseal.services.values import ValueInput

REMEMBERED_SECONDS: Final = 86_400
"""How long a request is remembered."""

_STRONG_LENGTH: Final = 32
"""A key of this length, as a UUID has, is taken to be random; a shorter one is stretched, so that guessing is slow."""

_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
"""16 MB and some 50 ms a guess (RFC 7914; the interactive setting of its author's 2009 paper)."""

T = TypeVar("T")
Field = bytes | str | bool | None


@dataclass(frozen=True, slots=True)
class Once:
    """Carries requests out once."""

    store: IdempotencyStore
    clock: Clock

    def run(
        self,
        caller: Caller,
        key: str | None,
        request: Iterable[Field],
        work: Callable[[IdempotencyRecord | None], T],
        again: Callable[[IdempotencyRecord], T],
    ) -> tuple[T, bool]:
        """What `work` gives, or, where this request was carried out before, what `again` makes of the record of that.

        The flag says which. `work` stores the record it is handed together with what it does. Raises
        `IdempotencyConflict` where the key came with another request. A request that failed is not remembered.
        """
        if key is None:
            return work(None), False
        record = self._record(caller, key, request)
        earlier = self._earlier(record)
        if earlier is not None:
            return again(earlier), True
        try:
            return work(record), False
        except Conflict:
            # Perhaps the same request, sent at the same time, was first.
            earlier = self._earlier(record)
            if earlier is None:
                raise
            return again(earlier), True

    def _record(self, caller: Caller, key: str, request: Iterable[Field]) -> IdempotencyRecord:
        name, secret = _stretched(caller, key)
        now = epoch(self.clock.now())
        return IdempotencyRecord(
            org=caller.org,
            user=caller.user,
            key=name,
            request_digest=_digest(secret, request),
            scope_key="",
            made_at=now,
            expires_at=now + REMEMBERED_SECONDS,
        )

    def _earlier(self, record: IdempotencyRecord) -> IdempotencyRecord | None:
        """The record of this request, if it is remembered."""
        found = self.store.idempotency_record(record.org, record.user, record.key)
        if found is None or found.expires_at <= record.made_at:
            return None
        if not hmac.compare_digest(found.request_digest, record.request_digest):
            raise IdempotencyConflict("Send another Idempotency-Key with another request.")
        return found


def what_was_made(reader: HistoryReader, record: IdempotencyRecord) -> Secret:
    """The secret as the remembered request made it. Raises `Conflict` where that version is gone since."""
    scope = parse_scope_key(record.scope_key)
    current = reader.get(record.org, scope, record.env_name)
    if current is not None and current.version == record.version:
        return current
    older = reader.superseded(record.org, scope, record.env_name, record.version)
    if older is None:
        raise Conflict("This request was carried out before, and what it made has been deleted since.")
    return older


def value_fields(value: ValueInput | None) -> tuple[Field, ...]:
    """A value as fields of a request. They are digested under the caller's key and stored nowhere."""
    if value is None:
        return ("none",)
    if isinstance(value, SecretValue):
        return ("clear", value.reveal())
    return ("sealed", value.ciphertext, value.key_id, value.hint)


def _digest(secret: bytes, request: Iterable[Field]) -> str:
    return hmac.new(secret, length_prefixed(_bytes(field) for field in request), hashlib.sha256).hexdigest()


def _bytes(field: Field) -> bytes:
    if isinstance(field, bytes):
        return b"b" + field
    if isinstance(field, bool):
        return b"t" if field else b"f"
    return optional(field)


def _stretched(caller: Caller, key: str) -> tuple[str, bytes]:
    """What the request is stored under, and the key of its digest."""
    salt = length_prefixed(part.encode() for part in ("bootseal/v1/idempotency", caller.org, caller.user))
    if len(key) < _STRONG_LENGTH:
        material = hashlib.scrypt(key.encode(), salt=salt, dklen=64, **_SCRYPT)
    else:
        material = hmac.new(key.encode(), salt, hashlib.sha512).digest()
    return material[:32].hex(), material[32:]
