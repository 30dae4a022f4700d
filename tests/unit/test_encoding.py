"""Bytes that can be read in one way only."""

import pytest

from bootseal.encoding import from_base64, length_prefixed, optional, to_base64
from bootseal.errors import InvalidRequest


def test_every_field_stands_behind_its_length_in_four_bytes_big_endian() -> None:
    assert length_prefixed([b"ab", b"", b"c"]) == b"\0\0\0\2ab\0\0\0\0\0\0\0\1c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([b"ab", b"c"], [b"a", b"bc"]),
        ([b"", b"a"], [b"a", b""]),
        ([b"a"], [b"a", b""]),
        ([], [b""]),
        ([b"\0\0\0\1a"], [b"a"]),
    ],
)
def test_nothing_can_slide_from_one_field_into_the_next(one: list[bytes], other: list[bytes]) -> None:
    assert length_prefixed(one) != length_prefixed(other)


def test_absent_and_empty_are_told_apart() -> None:
    assert optional(None) != optional("")
    assert optional("\x00") != optional(None)


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_base64_comes_back(data: bytes) -> None:
    assert from_base64(to_base64(data), "field") == data


@pytest.mark.parametrize(
    "text",
    [
        "QR==",  # spare bits that are not zero
        "QUJ=",
        "AAAA=",  # stray padding
        "QUI",  # no padding
        "QUI=\n",
        " QUI=",
        "QU I=",
        "_-8=",  # the URL alphabet
        "QUI=QUI=",
        "=",
        "é",
        "\uff31\uff35\uff29=",  # full-width look-alikes
    ],
)
def test_base64_in_any_but_its_one_form_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        from_base64(text, "public_key")
    assert refused.value.fields[0].field == "public_key"
    assert len(text) < 3 or text not in str(refused.value)
