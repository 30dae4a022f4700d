"""Receipts in the table: the `ReceiptStore` port."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Final

from bootseal.adapters.part_rows import Lines, Part, PartRef, packed, parts_of, row_lines
from bootseal.adapters.receipt_rows import carried_by, receipt_from, receipt_item, receipt_key, refs_of
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.boot_model import Receipt
from bootseal.errors import IntegrityError
from bootseal.ids import epoch_of, stamp_of
from bootseal.parallel import together

SEEN_SECONDS: Final = 300
"""How old a part's `seen_at` may get before a boot writes it again."""

CARRIED_MAX_BYTES: Final = 8_192
"""Most bytes of parts that ride in a receipt: beyond that a part is stored before the receipt instead."""

_SEEN_MAX: Final = 10_000
_DAY_SECONDS: Final = 86_400
_NEW: Final = "attribute_not_exists(pk)"


@dataclass(frozen=True, slots=True)
class BootReceiptStore:
    """Receipts, each under its session, and the parts they are made of.

    Where this process has lately stored all of a receipt's parts, a boot writes the receipt and nothing else. Otherwise
    the receipt carries what is not known to be stored, and the parts are written beside it, at the same time: no boot
    waits for more than one write. Nothing ties the two writes together, so boots that share a part never meet in a
    transaction; a boot whose part could not be written fails, and its retry writes it.
    """

    table: Table
    receipt_days: int
    _seen: OrderedDict[PartRef, int] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def put(self, receipt: Receipt) -> Receipt:
        """Store the receipt unless its token has one; return the one that is stored."""
        parts = self._parts(receipt)
        stale = self._stale(parts, epoch_of(receipt.created_at))
        riding = _riding(stale)
        if riding != stale:
            # Too large to ride: stored first, so that no receipt names what is not there.
            together([partial(self._keep, part, receipt.created_at) for part in stale])
            stale = []
        row = receipt_item(receipt, parts, riding, self._expiry(receipt.created_at))
        put = partial(self._put_new, row)
        stored, *_ = together([put, *(partial(self._keep, part, receipt.created_at) for part in stale)])
        if stored:
            return receipt
        return self.get(receipt.subject.org, receipt.session_id, receipt.token_hash) or receipt

    def keep_parts(self, receipt: Receipt) -> None:
        """Store the parts of a stored receipt, for a boot that may have failed between the two."""
        stale = self._stale(self._parts(receipt), epoch_of(receipt.created_at))
        if stale:
            together([partial(self._keep, part, receipt.created_at) for part in stale])

    def get(self, org: str, session_id: str, token_hash: str) -> Receipt | None:
        """The receipt of a token's boot, strongly consistent."""
        item = self.table.get(receipt_key(org, session_id, token_hash))
        if item is None:
            return None
        carried = carried_by(item)
        absent = [ref for ref in refs_of(item) if ref.text not in carried]
        return receipt_from(item, {**carried, **read_parts(self.table, absent)})

    def _parts(self, receipt: Receipt) -> list[Part]:
        return parts_of(receipt.subject.org, receipt.subject.scopes, receipt.created_at, receipt.entries)

    def _stale(self, parts: Sequence[Part], now: int) -> list[Part]:
        with self._lock:
            return [part for part in parts if self._seen.get(part.ref, 0) + SEEN_SECONDS <= now]

    def _put_new(self, item: Mapping[str, object]) -> bool:
        try:
            self.table.put(item, _NEW)
        except ConditionFailedError:
            return False
        return True

    def _keep(self, part: Part, seen_at: str) -> None:
        """Have the part in the table with a `seen_at` that is nearly now.

        Looked up first: when a thousand processes start at once they read one row, which is cheap, and do not all
        write it, which would meet the write limit of its partition.
        """
        now = epoch_of(seen_at)
        recent = stamp_of(now - SEEN_SECONDS)
        for item in part.items(seen_at, self._expiry(seen_at) + _DAY_SECONDS):
            key = {"pk": item["pk"], "sk": item["sk"]}
            there = self.table.get(key, ProjectionExpression="seen_at", ConsistentRead=False)
            if there is None or there.get("seen_at", {}).get("S", "") < recent:
                self.table.put(item)
        with self._lock:
            self._seen[part.ref] = now
            self._seen.move_to_end(part.ref)
            while len(self._seen) > _SEEN_MAX:
                self._seen.popitem(last=False)

    def _expiry(self, stamp: str) -> int:
        return epoch_of(stamp) + self.receipt_days * _DAY_SECONDS


def read_parts(table: Table, refs: Sequence[PartRef], *, consistent: bool = True) -> dict[str, Lines]:
    """The lines of parts, by how receipts name them. Raises `IntegrityError` where one is gone."""
    if not refs:
        return {}
    rows = table.get_many([key for ref in refs for key in ref.keys], consistent=consistent)
    return {ref.text: _joined(ref, rows) for ref in refs}


def _joined(ref: PartRef, rows: Mapping[tuple[str, str], Mapping[str, object]]) -> Lines:
    try:
        found = [rows[key["pk"]["S"], key["sk"]["S"]] for key in ref.keys]
    except KeyError:
        raise IntegrityError("A part of a stored receipt is gone; restore the table's rows of receipts") from None
    return tuple(line for row in found for line in row_lines(row))


def _riding(parts: list[Part]) -> list[Part]:
    size = len(packed({part.ref.text: part.lines for part in parts})) if parts else 0
    return parts if size <= CARRIED_MAX_BYTES else []
