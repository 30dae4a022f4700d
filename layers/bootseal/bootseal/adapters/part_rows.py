"""Parts of receipts: what a boot got from one scope, stored once an hour however many VMs boot.

Most boots of an org get the same secrets of a scope in the same versions. That list is its part, named by its digest;
a receipt names its parts. So a boot writes one small row, and the lists also tell when each secret was last injected.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.boot_model import ReceiptEntry, Status
from bootseal.errors import IntegrityError
from bootseal.model import Scope

PART: Final = "PART#"
_HOUR: Final = len("2026-01-02T03")
_Line = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a receipt that are of one scope, in the hour of its boot."""

    org: str
    scope: Scope
    hour: str
    body: bytes

    @property
    def name(self) -> str:
        """The part's name in its scope: its hour and the digest of its lines."""
        return f"{self.hour}#{hashlib.sha256(self.body).hexdigest()[:32]}"

    @property
    def key(self) -> dict[str, Any]:
        """Where the part lies."""
        return part_key(self.org, self.scope, self.name)


def part_of(org: str, scope: Scope, created_at: str, entries: Sequence[ReceiptEntry]) -> Part:
    """The part of `scope` in a receipt made at `created_at`."""
    lines: list[_Line] = [(e.name, e.env_name, e.version or "", str(e.status)) for e in entries if e.scope == scope]
    return Part(org, scope, created_at[:_HOUR], msgspec.json.encode(lines))


def part_item(part: Part, seen_at: str, expires_at: int) -> dict[str, Any]:
    """The row of a part, last seen at `seen_at`."""
    return {
        **part.key,
        "body": {"B": zlib.compress(part.body)},
        "seen_at": {"S": seen_at},
        "expires_at": {"N": str(expires_at)},
    }


def part_key(org: str, scope: Scope, name: str) -> dict[str, Any]:
    """Where the part called `name` lies."""
    return {"pk": {"S": _pk(org, scope)}, "sk": {"S": PART + name}}


def entries_from(item: Item, scope: Scope) -> tuple[ReceiptEntry, ...]:
    """The lines of a stored part."""
    try:
        lines = msgspec.json.decode(zlib.decompress(item["body"]["B"]), type=list[_Line])
        return tuple(ReceiptEntry(name, env, scope, version, Status(status)) for name, env, version, status in lines)
    except (zlib.error, msgspec.MsgspecError, ValueError, KeyError):
        raise IntegrityError("A stored receipt was changed and cannot be read") from None


def last_injected(table: Table, org: str, scope: Scope) -> dict[str, str]:
    """When each variable of a scope was last injected, to five minutes, as far as the newest parts tell.

    Reads one page (1 MB) of parts, newest first: for a busy scope that is its last days, for others all there is.
    """
    items = table.newest_page("pk = :pk", {":pk": {"S": _pk(org, scope)}})
    times: dict[str, str] = {}
    for item in items:
        for line in entries_from(item, scope):
            if line.status is Status.INJECTED:
                times[line.env_name] = max(times.get(line.env_name, ""), item["seen_at"]["S"])
    return times


def _pk(org: str, scope: Scope) -> str:
    return f"ORG#{org}#PARTS#{scope.key}"
