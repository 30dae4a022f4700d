"""How a value shows in Base64 (RFC 4648) when it is encoded alone, or somewhere inside something larger."""

import binascii
from collections.abc import Iterator

WRAP_WIDTHS = (64, 76)
"""Line lengths of the tools that wrap: `openssl base64` (and PEM) and `base64`."""

WRAPPED_MIN = 8
"""Shortest last line of wrapped Base64 that is looked for, in characters."""

# Base64 turns 3 bytes into 4 characters. Where the value begins 0, 1 or 2 bytes into such a group, this many
# characters at the front hold bits of what stands before it and cannot be known.
_FOREIGN = (0, 2, 3)

_TO_URL = bytes.maketrans(b"+/", b"-_")


def base64_forms(raw: bytes) -> Iterator[bytes]:
    """Yield each text that Base64 of data holding `raw` can show of it, standard and URL alphabet."""
    for form in _standard_forms(raw):
        yield form
        yield form.translate(_TO_URL)


def _standard_forms(raw: bytes) -> Iterator[bytes]:
    for offset, foreign in enumerate(_FOREIGN):
        padded = binascii.b2a_base64(b"\0" * offset + raw, newline=False)[foreign:]
        known = (offset + len(raw)) * 8 // 6 - foreign
        yield padded[:known]  # something follows: the next character is shared with it
        yield padded.rstrip(b"=")  # the data ends with the value, unpadded
        yield padded
        if offset == 0:
            yield from _wrapped(padded[:known])
            yield from _wrapped(padded)


def _wrapped(text: bytes) -> Iterator[bytes]:
    for width in WRAP_WIDTHS:
        if len(text) > width:
            lines = (text[start : start + width] for start in range(0, len(text), width))
            yield from (line for line in lines if len(line) >= WRAPPED_MIN)
