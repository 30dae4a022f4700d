"""A secret's clear value, which hides itself, and the hint that may be shown of it. No I/O."""

import re
from typing import Final, NoReturn

from bootseal.errors import InvalidValue, Unprocessable, ValueTooLarge

VALUE_MAX_BYTES: Final = 65_536
"""Longest value, in bytes of UTF-8."""

HINT_MIN_LENGTH: Final = 24
"""Shortest value that gets a hint: 8 shown characters are then at most a third of it."""

_PRINTABLE_LINE = re.compile(r"[\x20-\x7e]+")
_HINT = re.compile(r"[\x20-\x7e]{4}…[\x20-\x7e]{4}")


class SecretValue:
    """A secret's clear value. Hides itself everywhere; only `reveal` gives it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        """Check and hold `text`: 1 to 65,536 bytes of UTF-8 without NUL. Raises `InvalidValue`, `ValueTooLarge`."""
        self.__text = _checked_value(text)

    def reveal(self) -> str:
        """The value itself. Every call of this is a place to review."""
        return self.__text

    def hint(self) -> str | None:
        """First and last four characters, where the value is long and plain enough for that to give little away."""
        text = self.__text
        if len(text) < HINT_MIN_LENGTH or not _PRINTABLE_LINE.fullmatch(text):
            return None
        return f"{text[:4]}…{text[-4:]}"

    def __repr__(self) -> str:
        return "SecretValue(hidden)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a SecretValue is never pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a SecretValue is never pickled or copied")

    def __eq__(self, other: object) -> bool:
        raise TypeError("compare what reveal() gives, and think about timing")

    __hash__ = None  # type: ignore[assignment]


def _checked_value(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InvalidValue.of_field("value", "is not valid Unicode text; encode binary data as base64") from None
    if size == 0:
        raise InvalidValue.of_field("value", "is empty; send at least one byte")
    if size > VALUE_MAX_BYTES:
        raise ValueTooLarge.of_field("value", f"is {size} bytes; at most {VALUE_MAX_BYTES} can be stored")
    if "\0" in text:
        raise InvalidValue.of_field("value", "holds a NUL character, which no environment variable can hold")
    return text


def check_hint(hint: str) -> str:
    """Return a client-made hint if it has the shape of one (`sk-a…9f2c`); raise `Unprocessable` if not."""
    if not _HINT.fullmatch(hint):
        raise Unprocessable.of_field("hint", "must be four characters, an ellipsis (U+2026) and four characters")
    return hint
