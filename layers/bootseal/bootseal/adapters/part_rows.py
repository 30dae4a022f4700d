"""Parts of receipts: what boots got from one scope, stored once a day however many VMs boot.

Most boots of an org get the same secrets of a scope in the same versions. That list is their part, named by its day
and digest; a receipt names its parts. So a boot writes one small row, parts tell when each secret was last injected,
and which parts hold a version tells which boots do.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.boot_model import ReceiptEntry, Status
from bootseal.errors import BootsealError, IntegrityError
from bootseal.model import Scope, parse_scope_key
from bootseal.names import env_name

UNPACKED_MAX_BYTES: Final = 4_000_000
"""Longest content of a packed row; a boot's own lists stay far below."""

CHUNK_LINES: Final = 1_000
"""Most lines in one row: a thousand of the longest names stay under DynamoDB's 400 KB an item."""

_DAY: Final = len("2026-01-02")
_DIGEST_LENGTH: Final = 32

Lines = tuple[tuple[str, str, str], ...]
"""Name, version and status of each secret."""


@dataclass(frozen=True, slots=True)
class PartRef:
    """Which part is meant: its scope, its name (day and digest) and in how many rows it lies."""

    org: str
    scope: Scope
    name: str
    rows: int

    @property
    def text(self) -> str:
        """How a receipt names it."""
        return f"{self.scope.key}|{self.name}|{self.rows}"

    @property
    def keys(self) -> list[dict[str, Any]]:
        """Where its rows lie."""
        pk = {"S": parts_pk(self.org, self.scope)}
        return [{"pk": pk, "sk": {"S": f"{self.name}#{number:03d}"}} for number in range(self.rows)]


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a receipt that are of one scope."""

    ref: PartRef
    lines: Lines

    def items(self, seen_at: str, expires_at: int) -> list[dict[str, Any]]:
        """Its rows, last seen at `seen_at`."""
        chunks = [self.lines[start : start + CHUNK_LINES] for start in range(0, len(self.lines), CHUNK_LINES)]
        rest = {"seen_at": {"S": seen_at}, "expires_at": {"N": str(expires_at)}}
        return [{**key, "body": {"B": packed(chunk)}, **rest} for key, chunk in zip(self.ref.keys, chunks, strict=True)]


def parts_of(org: str, scopes: Iterable[Scope], created_at: str, entries: Sequence[ReceiptEntry]) -> list[Part]:
    """The parts of a receipt made at `created_at`: one for each of `scopes` that has lines in it."""
    return [_part(org, scope, created_at[:_DAY], lines) for scope in scopes if (lines := _lines_of(scope, entries))]


def _lines_of(scope: Scope, entries: Sequence[ReceiptEntry]) -> Lines:
    return tuple((e.name, e.version or "", str(e.status)) for e in entries if e.scope == scope)


def _part(org: str, scope: Scope, day: str, lines: Lines) -> Part:
    digest = hashlib.sha256(msgspec.json.encode(lines)).hexdigest()[:_DIGEST_LENGTH]
    return Part(PartRef(org, scope, f"{day}#{digest}", -(-len(lines) // CHUNK_LINES)), lines)


def parse_ref(org: str, text: str) -> PartRef:
    """The part a receipt of `org` names by `text`. Raises `IntegrityError`."""
    try:
        scope_key, name, count = text.rsplit("|", 2)
        return PartRef(org, parse_scope_key(scope_key), name, int(count))
    except ValueError:
        raise _changed() from None


def parts_pk(org: str, scope: Scope) -> str:
    """The partition of a scope's parts, in order of their days."""
    return f"ORG#{org}#PARTS#{scope.key}"


def packed(content: Any) -> bytes:
    """`content` as small as it gets in a row."""
    return zlib.compress(msgspec.json.encode(content))


def _inflated(body: bytes) -> bytes:
    # Bounded: a row of 400 kB, written by somebody else, could unfold to more than a function's memory.
    inflater = zlib.decompressobj()
    content = inflater.decompress(body, UNPACKED_MAX_BYTES)
    if not inflater.eof:
        raise zlib.error("too long, or cut")
    return content


def unpacked_lines(body: bytes) -> Lines:
    """The lines of a packed row. Raises `IntegrityError`."""
    try:
        return msgspec.json.decode(_inflated(body), type=Lines)
    except (zlib.error, msgspec.MsgspecError):
        raise _changed() from None


def unpacked_parts(body: bytes) -> Mapping[str, Lines]:
    """The parts that ride in a receipt, by how it names them. Raises `IntegrityError`."""
    try:
        return msgspec.json.decode(_inflated(body), type=dict[str, Lines])
    except (zlib.error, msgspec.MsgspecError):
        raise _changed() from None


def row_lines(item: Item) -> Lines:
    """The lines of a part's row. Raises `IntegrityError`."""
    try:
        return unpacked_lines(item["body"]["B"])
    except (KeyError, TypeError):
        raise _changed() from None


def entries_from(lines: Lines, scope: Scope) -> list[ReceiptEntry]:
    """The receipt's entries for `lines` of `scope`. Raises `IntegrityError`."""
    try:
        return [ReceiptEntry(name, env_name(name), scope, version, Status(status)) for name, version, status in lines]
    except (BootsealError, ValueError):
        raise _changed() from None


def last_injected(table: Table, org: str, scope: Scope) -> dict[str, str]:
    """When each variable of a scope was last injected, to five minutes, as far as the newest parts tell.

    Reads one page (1 MB) of parts, newest day first. A part of 100 secrets takes some 4 KB, so that is all there is
    for most scopes and the last weeks for the busiest.
    """
    times: dict[str, str] = {}
    for item in table.newest_page("pk = :pk", {":pk": {"S": parts_pk(org, scope)}}):
        seen_at = item.get("seen_at", {}).get("S", "")
        for entry in entries_from(row_lines(item), scope):
            if entry.status == Status.INJECTED:
                times[entry.env_name] = max(times.get(entry.env_name, ""), seen_at)
    return times


def _changed() -> IntegrityError:
    return IntegrityError("A stored receipt was changed and cannot be read")
