"""Packed rows: unfolded to a bound, refused where they were changed."""

import zlib

import pytest

from bootseal.adapters.part_rows import UNPACKED_MAX_BYTES, packed, unpacked_lines, unpacked_parts
from bootseal.errors import IntegrityError


def test_what_was_packed_comes_back() -> None:
    assert list(unpacked_lines(packed([("a", "v1", "injected")]))) == [("a", "v1", "injected")]
    assert dict(unpacked_parts(packed({"shared": []}))) == {"shared": ()}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        packed([])[:-1],
        zlib.compress(b"[1]"),
        zlib.compress(b"{"),
        zlib.compress(b"[" + b" " * (UNPACKED_MAX_BYTES + 1) + b"]"),
    ],
    ids=["nothing", "no zlib", "cut", "other content", "no JSON", "a bomb"],
)
def test_what_was_changed_is_refused(body: bytes) -> None:
    for unpack in (unpacked_lines, unpacked_parts):
        with pytest.raises(IntegrityError):
            unpack(body)
