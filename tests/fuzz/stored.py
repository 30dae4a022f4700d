"""What the service reads from its table: rows that somebody who can write it changed in any way."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.parsers import ResponseParserError

from bootseal.adapters import (
    audit_log,
    boot_store,
    environment_store,
    idempotency_rows,
    part_rows,
    pending,
    quick_items,
    receipt_rows,
    rows,
    scope_rows,
)
from bootseal.errors import IntegrityError, TokenInvalid
from bootseal.model import SHARED
from fuzz.bites import Bites
from fuzz.sample_rows import SAMPLES


def stored_rows(data: bytes) -> None:
    """A row with attributes of any type and content: what it was, or refused as changed. Never another exception."""
    bites = Bites(data)
    read, sample = bites.choice(READERS)
    row = dict(sample)
    for _ in range(1 + bites.byte() % 3):
        name = bites.choice(sorted(row))
        if bites.byte() % 4 == 0:
            row.pop(name, None)
        else:
            row[name] = bites.attribute()
    for key in ("pk", "sk"):
        row[key] = row.get(key) if isinstance(row.get(key, {}).get("S"), str) else sample[key]  # DynamoDB sees to it.
    try:
        read(row)
    except (IntegrityError, TokenInvalid):
        return


def _staged(row: dict[str, Any]) -> object:
    return rows.secret_from(pending.staged_in(row).row, "acme", SHARED)


READERS: tuple[tuple[Callable[[dict[str, Any]], object], dict[str, Any]], ...] = (
    (lambda row: rows.secret_from(row, "acme", SHARED), SAMPLES["secret"]),
    (lambda row: scope_rows.scope_rows([row], "acme", SHARED), SAMPLES["secret"]),
    (lambda row: scope_rows.scope_rows([row], "acme", SHARED), SAMPLES["mark"]),
    (lambda row: scope_rows.scope_rows([row], "acme", SHARED), SAMPLES["removed"]),
    (lambda row: scope_rows.scope_rows([row], "acme", SHARED), SAMPLES["checksum"]),
    (lambda row: rows.scope_key_from(row, "acme", SHARED), SAMPLES["key"]),
    (lambda row: environment_store._environment(row, "acme", "staging"), SAMPLES["environment"]),
    (lambda row: environment_store._version(row, "staging"), SAMPLES["head"]),
    (lambda row: boot_store._token_from(row, "0" * 64), SAMPLES["token"]),
    (lambda row: receipt_rows.receipt_from(row, {}), SAMPLES["receipt"]),
    (receipt_rows.carried_by, SAMPLES["receipt"]),
    (part_rows.row_lines, SAMPLES["part"]),
    (lambda row: audit_log.event_from(row, "acme"), SAMPLES["audit"]),
    (lambda row: idempotency_rows.idempotency_from(row, "acme", "alice", "k"), SAMPLES["idempotency"]),
    (_staged, SAMPLES["staged"]),
)


def staged_changes(data: bytes) -> None:
    """What an import staged, as somebody else packed it."""
    bites = Bites(data)
    packed = bites.rest()
    if bites.byte() % 2 == 0:
        try:
            packed = msgspec.msgpack.encode((json.loads(packed), {}))
        except (ValueError, RecursionError, TypeError, OverflowError):
            return
    try:
        _staged({**SAMPLES["staged"], "pending": {"B": packed}})
    except IntegrityError:
        return


def packed_parts(data: bytes) -> None:
    """The packed lines of a receipt, as somebody else packed them."""
    bites = Bites(data)
    body = _packed(bites) if bites.byte() % 2 else bites.rest()
    for read in (part_rows.unpacked_parts, part_rows.unpacked_lines):
        try:
            for lines in [read(body)]:
                part_rows.entries_from(lines if isinstance(lines, tuple) else (), SHARED)
        except IntegrityError:
            continue


def _packed(bites: Bites) -> bytes:
    try:
        return part_rows.packed(bites.json())
    except UnicodeEncodeError:
        return b""  # A lone surrogate cannot be packed, so it cannot be there.


def table_answers(data: bytes) -> None:
    """DynamoDB's answers to Query, cut or garbled: whole, or an error of the SDK's own kind."""
    answer: dict[str, Any] = {"status_code": 200, "body": data}
    try:
        quick_items._read_query(answer, {})
    except ResponseParserError:
        return


STORED: dict[str, Callable[[bytes], None]] = {
    "stored_rows": stored_rows,
    "staged_changes": staged_changes,
    "packed_parts": packed_parts,
    "table_answers": table_answers,
}
