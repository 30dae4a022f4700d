"""What boots have read of scopes, kept for a short while as it lies in the table: sealed. The `BundleReader` port.

A process that has read a scope asks only for its checksum afterwards, and reads the scope again where that differs.
Nothing is kept that does not add up to the checksum it was read with, so a wrong checksum costs speed and nothing else.
See docs/adr/0016.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import Final

from bootseal.adapters.checksum import Checksum, checksum_from, checksum_key
from bootseal.adapters.rows import Item
from bootseal.adapters.scope_rows import ScopeRows
from bootseal.adapters.secret_reads import SecretReads
from bootseal.model import Scope, Secret
from bootseal.ports import ScopeContents

KEPT_SECONDS: Final = 300.0
"""Longest the rows of a scope are kept."""

KEPT_SCOPES: Final = 1_000
KEPT_BYTES: Final = 64 * 1024 * 1024
"""Most scopes, and about how many bytes of their rows, are kept; the longest unused go first."""

_ROW_BYTES: Final = 2_048
"""About what a row takes in memory beside its ciphertext."""

_Place = tuple[str, Scope]


@dataclass(frozen=True, slots=True)
class Kept:
    """A scope's rows, the checksum they add up to, when they are dropped (monotonic seconds), and their size."""

    contents: ScopeContents
    checksum: Checksum
    until: float
    size: int


@dataclass(slots=True)
class KeptScopes:
    """A bounded number of scopes. `monotonic` gives seconds that never go back."""

    monotonic: Callable[[], float]
    _held: OrderedDict[_Place, Kept] = field(default_factory=OrderedDict, repr=False)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, org: str, scope: Scope) -> Kept | None:
        """What is kept of a scope, if it is not too old."""
        with self._lock:
            kept = self._held.get((org, scope))
            if kept is None or kept.until <= self.monotonic():
                self._drop((org, scope))
                return None
            self._held.move_to_end((org, scope))
            return kept

    def keep(self, org: str, found: ScopeRows) -> None:
        """Keep rows that add up to their checksum and are not too large; forget what was kept of the scope before."""
        place, size = (org, found.contents.scope), _size_of(found.contents)
        with self._lock:
            self._drop(place)
            if found.checksum is None or not found.add_up or size > KEPT_BYTES:
                return
            self._held[place] = Kept(found.contents, found.checksum, self.monotonic() + KEPT_SECONDS, size)
            self._size += size
            while self._size > KEPT_BYTES or len(self._held) > KEPT_SCOPES:
                self._drop(next(iter(self._held)))

    def forget(self, org: str, scope: Scope) -> None:
        """Keep nothing of a scope."""
        with self._lock:
            self._drop((org, scope))

    def _drop(self, place: _Place) -> None:
        kept = self._held.pop(place, None)
        self._size -= kept.size if kept else 0


@dataclass(frozen=True, slots=True)
class CachedBundles:
    """Reads what boots need, from the table or from memory."""

    reads: SecretReads
    kept: KeptScopes

    def calls(self, org: str, scopes: Sequence[Scope]) -> list[Callable[[], Mapping[Scope, ScopeContents]]]:
        """What to ask at once: scopes that are not known, and whether those that are have changed."""
        known = {scope: kept for scope in scopes if (kept := self.kept.get(org, scope))}
        unknown = [partial(self._read, org, scope) for scope in scopes if scope not in known]
        return [*unknown, *([partial(self._unchanged, org, known)] if known else [])]

    def bundle(self, org: str, scope: Scope) -> ScopeContents:
        """All current secrets and keys of a scope, read now, and kept where that can be."""
        read = self.reads.scope_rows(org, scope)
        found = replace(read, contents=replace(read.contents, resealed={}))
        self.kept.keep(org, found)
        return found.contents

    def forget(self, org: str, scopes: Sequence[Scope]) -> None:
        """Read these anew at the next boot: their rows did not verify, and may be put right meanwhile."""
        for scope in scopes:
            self.kept.forget(org, scope)

    def superseded(self, org: str, scope: Scope, env_name: str, version: str) -> Secret | None:
        """One older version, with its ciphertext."""
        return self.reads.superseded(org, scope, env_name, version)

    def _read(self, org: str, scope: Scope) -> Mapping[Scope, ScopeContents]:
        return {scope: self.bundle(org, scope)}

    def _unchanged(self, org: str, known: Mapping[Scope, Kept]) -> Mapping[Scope, ScopeContents]:
        """Those of `known` whose checksum is what it was."""
        now = self._checksums(org, list(known))
        return {
            scope: replace(kept.contents, removed_at=max(kept.contents.removed_at, checksum.removed_at))
            for scope, kept in known.items()
            if (checksum := now[scope]) is not None and checksum.is_same(kept.checksum)
        }

    def _checksums(self, org: str, scopes: Sequence[Scope]) -> Mapping[Scope, Checksum | None]:
        keys = {scope: checksum_key(org, scope) for scope in scopes}
        found: dict[str, Item | None]
        if len(scopes) == 1:
            (key,) = keys.values()
            found = {key["pk"]["S"]: self.reads.table.get(key)}
        else:
            found = {pk: item for (pk, _), item in self.reads.table.get_many(list(keys.values())).items()}
        return {scope: checksum_from(found.get(key["pk"]["S"])) for scope, key in keys.items()}


def _size_of(contents: ScopeContents) -> int:
    # Twice: as it lies in the table, and sealed again once it was opened.
    sealed = 2 * sum(len(secret.sealed.ciphertext) for secret in contents.secrets)
    return sealed + _ROW_BYTES * (1 + len(contents.secrets) + len(contents.keys))
