"""Masking as its definition says, slow and all at once: what the streaming masker is compared with."""

from collections.abc import Mapping


def mask(data: bytes, names: Mapping[bytes, str]) -> bytes:
    """Return `data` with every byte of every text of `names` left out, and the names in their place.

    At each place the longest text counts. Where texts overlap, each is named once, in the order in which they begin,
    and only if it hides a byte that the ones before it do not.
    """
    out, done, last = b"", 0, b""
    for start in range(len(data)):
        here = [text for text in names if data.startswith(text, start)]
        if here:
            text = max(here, key=len)
            label = f"[REDACTED:{names[text]}]".encode()
            if start + len(text) > done:
                out += data[done:start] if start > done else b""
                if not (start < done and label == last):
                    out += label
                done, last = start + len(text), label
        if start >= done:
            out += data[done : start + 1]
            done, last = start + 1, b""
    return out
