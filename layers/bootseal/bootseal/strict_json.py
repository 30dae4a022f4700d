"""Reading JSON from outside: UTF-8 only, no duplicate keys, no deep nesting, no NaN or infinity, no lone surrogates,
no unknown fields.

Messages name the field, never its content.
"""

import json
import math
import re
from typing import Any, Final, NoReturn, TypeVar

import msgspec

from bootseal.errors import FieldError, InvalidRequest, UnknownField

DEPTH_MAX: Final = 16
"""Deepest nesting accepted."""

_PLAIN_FIELD = re.compile(r"[a-z][a-z_]{0,31}")
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")
_EXPECTED = re.compile(
    r"Expected `[a-z |]+`(, got `[a-z]+`)?|Expected `array` of (at least |at most )?length [0-9]+(, got [0-9]+)?"
)
_UNKNOWN = re.compile(r"Object contains unknown field `")

T = TypeVar("T")


def parse(text: str | bytes, shape: type[T], known: str = "") -> T:
    """Read `text` as a `shape`. Raises `InvalidRequest` or `UnknownField`."""
    return convert(loads(text), shape, known)


def loads(text: str | bytes) -> Any:
    """Plain JSON values of `text`, strictly. Raises `InvalidRequest`."""
    try:
        # `json` guesses UTF-16 and UTF-32 from bytes and lets surrogates pass, so it gets text.
        decoded = text.decode() if isinstance(text, bytes) else text
        document = json.loads(decoded, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_number)
        _check(document, DEPTH_MAX)
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not valid JSON in UTF-8.") from None
    return document


def convert(document: Any, shape: type[T], known: str = "") -> T:
    """Plain values as a `shape`. `known` lists the fields there are, for the message."""
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise _explained(str(error), document, known) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRequest("The body names the same field twice; send each field once.")
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    # 60.0 is an integer to JSON Schema (2020-12, core, 4.2.3) and so to those who go by our OpenAPI document; beyond
    # 2^53 (RFC 8259, 6) nobody can tell which one was meant.
    return int(number) if number.is_integer() and abs(number) <= 2**53 else number


def _check(node: Any, depth: int) -> None:
    if depth == 0:
        raise InvalidRequest(f"The body is nested deeper than {DEPTH_MAX} levels.")
    if isinstance(node, str):
        node.encode()  # A lone surrogate is not text: UnicodeEncodeError is a ValueError.
    elif isinstance(node, dict):
        for key, child in node.items():
            key.encode()
            _check(child, depth - 1)
    elif isinstance(node, list):
        for child in node:
            _check(child, depth - 1)


def _explained(message: str, document: Any, known: str) -> InvalidRequest:
    path_match = _PATH.search(message)
    path = path_match["path"] if path_match else ""
    if _UNKNOWN.match(message):
        return _unknown_field(message, path, known)
    if missing := _MISSING.match(message):
        field = f"{path}.{missing['field']}".lstrip(".")
        return InvalidRequest(f"{field}: is required", FieldError(field, "is required"))
    reason = _reason(_PATH.sub("", message))
    field = path or ("" if isinstance(document, dict) else "body")
    return InvalidRequest(f"{field or 'body'}: {reason}", FieldError(field or "body", reason))


def _reason(message: str) -> str:
    # Some of msgspec's messages quote what they refuse ("Invalid enum value 'x'"), so only known kinds are repeated.
    return message.replace("`", "").lower() if _EXPECTED.fullmatch(message) else "is not one of the accepted values"


def _unknown_field(message: str, path: str, known: str) -> UnknownField:
    # A value pasted in the place of a field's name must not come back, so only what looks like a name is repeated.
    name = message.split("`")[1]
    shown = f"{path}.{name}".lstrip(".") if _PLAIN_FIELD.fullmatch(name) else "(not a field name)"
    # `known` are the fields of the body itself: further in they would be the wrong ones to name.
    reason = f"is not a field of this call{f'; it knows {known}' if known and not path else ''}"
    return UnknownField(f"{shown}: {reason}", FieldError(shown, reason))
