"""Unwrapped scope keys, kept for a short while in the functions that may hold them (boot and resolve).

Filled inside a handler, never at import, so that no snapshot of a process holds a key. Asked only after the caller
was authorised. An entry is found by everything it was unwrapped under, so another org, scope, key or wrapping is
another entry.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Final, Protocol

from bootseal.model import ScopeKey
from bootseal.parallel import together
from bootseal.ports import KeyUnwrapper

CACHE_MAX: Final = 1_000
"""Most keys held."""

CACHE_SECONDS: Final = 300.0
"""Longest a key is held, in seconds; dropped at the next look after that."""

_CacheKey = tuple[str, str, str, bytes]


class PrivateKeys(Protocol):
    """Gives the private halves of scope keys."""

    def private_keys(self, keys: Sequence[ScopeKey]) -> list[bytes]:
        """The private halves of verified `keys`, in order."""
        ...


@dataclass(frozen=True, slots=True)
class UnkeptKeys:
    """Scope private keys, unwrapped each time: for functions that have no business holding one."""

    unwrapper: KeyUnwrapper

    def private_keys(self, keys: Sequence[ScopeKey]) -> list[bytes]:
        """The private halves of verified `keys`, in order."""
        return together([partial(_unwrapped, self.unwrapper, key) for key in keys])


@dataclass(slots=True)
class UnwrappedKeys:
    """Scope private keys by way of a bounded cache. `monotonic` gives seconds that never go back."""

    unwrapper: KeyUnwrapper
    monotonic: Callable[[], float]
    _held: OrderedDict[_CacheKey, tuple[float, bytes]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def private_keys(self, keys: Sequence[ScopeKey]) -> list[bytes]:
        """The private halves of verified `keys`, in order; those that are not held are unwrapped at once."""
        places = [_cache_key(key) for key in keys]
        wanted = dict(zip(places, keys, strict=True))
        with self._lock:
            self._drop_expired()
            found = {place: self._held[place][1] for place in wanted if place in self._held}
        absent = {place: key for place, key in wanted.items() if place not in found}
        if absent:
            unwrapped = together([partial(self._unwrap, place, key) for place, key in absent.items()])
            found |= zip(absent, unwrapped, strict=True)
        return [found[place] for place in places]

    def _unwrap(self, wanted: _CacheKey, key: ScopeKey) -> bytes:
        private = _unwrapped(self.unwrapper, key)
        self._hold(wanted, private)
        return private

    def _drop_expired(self) -> None:
        # Entries lie in the order they were made, which is the order they expire in.
        now = self.monotonic()
        while self._held and next(iter(self._held.values()))[0] <= now:
            self._held.popitem(last=False)

    def _hold(self, wanted: _CacheKey, private: bytes) -> None:
        with self._lock:
            self._held[wanted] = (self.monotonic() + CACHE_SECONDS, private)
            self._held.move_to_end(wanted)
            while len(self._held) > CACHE_MAX:
                self._held.popitem(last=False)


def _unwrapped(unwrapper: KeyUnwrapper, key: ScopeKey) -> bytes:
    return unwrapper.unwrap(key.wrapped_private_key, key.org, key.scope.key, key.key_id)


def _cache_key(key: ScopeKey) -> _CacheKey:
    return key.org, key.scope.key, key.key_id, hashlib.sha256(key.wrapped_private_key).digest()
