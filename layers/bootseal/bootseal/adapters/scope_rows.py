"""A scope's rows as one Query brings them: its keys, its marks, its checksum and its current secrets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bootseal.adapters import pending, rows
from bootseal.adapters.checksum import CHECKSUM, Checksum, checksum_from, total_of
from bootseal.adapters.pending import HEAD, TAIL
from bootseal.adapters.rows import Item
from bootseal.errors import IntegrityError
from bootseal.model import Scope, ScopeKey, Secret
from bootseal.ports import ScopeContents

REMOVED: Final = "MARK#REMOVED"
"""Sort key of the note that a user's secrets were removed; among the scope's keys and secrets, so a boot reads it."""


@dataclass(frozen=True, slots=True)
class ScopeRows:
    """What was read of a scope, and the checksum that lay beside it. None: one that was changed by hand."""

    contents: ScopeContents
    checksum: Checksum | None

    @property
    def add_up(self) -> bool:
        """Whether these are all of the scope's secrets as of the checksum, with every key they are sealed to.

        A Query is no snapshot: it may meet a change half-way, and then they do not.
        """
        if self.checksum is None or self.checksum.total != total_of(self.contents.secrets):
            return False
        keys = {key.key_id for key in self.contents.keys}
        return all(secret.sealed.key_id in keys for secret in self.contents.secrets)


def scope_rows(items: Iterable[Item], org: str, scope: Scope) -> ScopeRows | None:
    """What a boot reads of a scope, or None where its marks differ. `items` come in key order."""
    keys: list[ScopeKey] = []
    secrets: list[Secret] = []
    head, tail, removed_at, checksum = None, None, 0, checksum_from(None)
    for item in items:
        place = item["sk"]["S"]
        if place.startswith(rows.SECRET):
            secret = pending.visible(item, head, org, scope)
            if secret is not None:
                secrets.append(secret)
        elif place.startswith(rows.KEY):
            keys.append(rows.scope_key_from(item, org, scope))
        elif place == HEAD:
            head = pending.mark_from(item)
        elif place == TAIL:
            tail = pending.mark_from(item)
        elif place == REMOVED:
            removed_at = removed_at_of(item)
        elif place == CHECKSUM:
            checksum = checksum_from(item)
    return ScopeRows(ScopeContents(scope, secrets, keys, removed_at), checksum) if head == tail else None


def removed_at_of(item: Item) -> int:
    """When a user's secrets were removed, in epoch seconds. Raises `IntegrityError`."""
    try:
        return int(item["removed_at"]["N"])
    except (KeyError, ValueError):
        raise IntegrityError("The note of a user's removal was changed outside Bootseal") from None
