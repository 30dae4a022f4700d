"""Placeholders in texts: `{{NAME}}` stands for the value of the secret exported as NAME. Pure."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from bootseal.errors import InvalidHeader, InvalidRequest, PayloadTooLarge, Unprocessable
from bootseal.model import SecretValue
from bootseal.names import env_name

TEMPLATES_MAX: Final = 100
"""Most texts of one call."""

TEMPLATES_MAX_BYTES: Final = 1_000_000
"""Most bytes of UTF-8 that the texts of one call and their keys may have together."""

NAMES_MAX: Final = 50
"""Most different secrets one call may name."""

RESOLVED_MAX_BYTES: Final = 4_000_000
"""Most bytes all resolved texts may have together, so that they fit Lambda's answer of 6 MB."""

# A name as a user may write it, blanks around it allowed. Anything else between braces is text and stays as it is.
_PLACEHOLDER = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_.-]{0,127})[ \t]*\}\}")
_UNSAFE_IN_HEADER = re.compile(r"[\r\n\0]")
# Anything else might be a text put in the place of its key, and is not repeated.
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")

Texts = Mapping[str, str]


class Target(StrEnum):
    """Where the resolved texts are to go."""

    HEADER = "header"
    TEXT = "text"
    INSTRUCTIONS = "instructions"


def parse_target(text: str) -> Target:
    """The target called `text`. Raises `InvalidRequest`."""
    try:
        return Target(text)
    except ValueError:
        raise InvalidRequest.of_field("target", f"must be one of {', '.join(Target)}") from None


def check_templates(templates: Texts) -> Texts:
    """Return `templates` if they are few and small enough. Raises `Unprocessable`, `PayloadTooLarge`."""
    if not templates:
        raise Unprocessable.of_field("templates", "is empty; send at least one text")
    if len(templates) > TEMPLATES_MAX:
        raise Unprocessable.of_field("templates", f"has {len(templates)} texts; at most {TEMPLATES_MAX} are resolved")
    size = sum(_size(key) + _size(text) for key, text in templates.items())
    if size > TEMPLATES_MAX_BYTES:
        raise PayloadTooLarge.of_field("templates", f"are {size} bytes in all; at most {TEMPLATES_MAX_BYTES}")
    return templates


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise Unprocessable.of_field("templates", "hold text that is not valid Unicode") from None


def placeholders(templates: Texts) -> tuple[str, ...]:
    """The variables that `templates` name, sorted, each once. Raises `Unprocessable` for more than 50."""
    found = {env_name(match[1]) for text in templates.values() for match in _PLACEHOLDER.finditer(text)}
    if len(found) > NAMES_MAX:
        raise Unprocessable.of_field("templates", f"name {len(found)} secrets; at most {NAMES_MAX} are resolved")
    return tuple(sorted(found))


def filled(templates: Texts, values: Mapping[str, SecretValue]) -> dict[str, str]:
    """The texts with each placeholder replaced, in one pass: what a value holds is never looked at again.

    Raises `PayloadTooLarge` before anything that large is made.
    """
    _check_size(templates.values(), {name: len(value.reveal().encode()) for name, value in values.items()})
    return {
        key: _PLACEHOLDER.sub(lambda match: values[env_name(match[1])].reveal(), text)
        for key, text in templates.items()
    }


def _check_size(texts: Iterable[str], sizes: Mapping[str, int]) -> None:
    size = 0
    for text in texts:
        size += len(text.encode()) + sum(sizes[env_name(match[1])] for match in _PLACEHOLDER.finditer(text))
    if size > RESOLVED_MAX_BYTES:
        raise PayloadTooLarge(f"The resolved texts would be over {RESOLVED_MAX_BYTES} bytes; resolve fewer at once.")


def check_header(resolved: Texts) -> None:
    """Raise `InvalidHeader` where a text cannot be a header's value: it would end the header and begin another."""
    for key, text in resolved.items():
        if _UNSAFE_IN_HEADER.search(text):
            raise InvalidHeader.of_field(
                f"templates.{key}" if _PLAIN_KEY.fullmatch(key) else "templates",
                "a resolved text holds a line end or NUL, which no header can; check the secret for a newline",
            )
