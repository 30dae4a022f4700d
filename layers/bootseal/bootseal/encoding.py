"""Byte strings that can be read in one way only. Used wherever something is signed, sealed or hashed."""

import base64
import binascii
from collections.abc import Iterable
from functools import lru_cache

from bootseal.errors import InvalidRequest

_LENGTH_BYTES = 4


def length_prefixed(fields: Iterable[bytes]) -> bytes:
    """Join `fields`, each behind its length as 4 bytes big-endian.

    No two different lists give the same bytes, so nothing can move from one field into the next.
    """
    return b"".join([_prefix(len(field)) + field for field in fields])


@lru_cache(1_024)
def _prefix(length: int) -> bytes:
    # Kept: a boot joins ten thousand fields, nearly all of a few lengths.
    return length.to_bytes(_LENGTH_BYTES, "big")


def optional(text: str | None) -> bytes:
    """Encode a string that may be absent, keeping absent and empty apart."""
    return b"\x00" if text is None else b"\x01" + text.encode()


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()


def from_base64(text: str, field: str) -> bytes:
    """Decode strict standard base64; raise `InvalidRequest` naming `field` and never its content."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # Python lets stray padding and non-zero spare bits pass, so that several texts would mean the same bytes.
    if to_base64(data) != text:
        raise InvalidRequest.of_field(field, "is not standard base64 with padding")
    return data
