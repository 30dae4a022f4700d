"""Environments: named sets of variables that are no secrets. Frozen, free of I/O."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bootseal.errors import FieldError, InvalidName, InvalidRequest, InvalidValue, ReservedName, ValueTooLarge
from bootseal.model import check_description
from bootseal.names import NAME_RULE, check_slug, env_name, is_reserved, reserved_reason

VARIABLES_MAX: Final = 200
"""Most variables of one environment."""

VARIABLES_MAX_BYTES: Final = 32_768
"""Most bytes of UTF-8 that names and values of one environment may have together, so that a page of them fits one
answer and a row is read with few units."""

_VERSION = re.compile(r"[0-9]{8}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment at one version.

    `variables` are sorted by name. A `deleted` version is the note that somebody deleted the environment: it stays in
    the history and has no variables. Times are RFC 3339 UTC with milliseconds.
    """

    org: str
    name: str
    description: str
    variables: tuple[tuple[str, str], ...]
    version: str
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str
    deleted: bool = False
    signature: bytes = field(default=b"", repr=False)

    def signed(self, signature: bytes) -> "Environment":
        """The same environment with its signature."""
        return replace(self, signature=signature)


def next_version(before: str | None) -> str:
    """The version after `before`. Opaque to clients; ours sort by age, so that a history is one Query."""
    number = int(before[:8]) + 1 if before else 1
    return f"{number:08d}{secrets.token_hex(6)}"


def check_version(version: str, version_field: str) -> str:
    """Return `version` if it can be one; raise `InvalidRequest` if not."""
    if not _VERSION.fullmatch(version):
        raise InvalidRequest.of_field(version_field, "is not one this API gave out; start again without it")
    return version


def check_environment_name(name: str) -> str:
    """Return `name` if it can name an environment; raise `InvalidName` if not."""
    return check_slug(name, "environment")


def check_variables(variables: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return `variables` sorted, if an environment can hold them.

    Raises `InvalidName`, `ReservedName`, `InvalidValue`, `ValueTooLarge`. Messages repeat a variable's name only where
    it is one: a value may have been pasted in its place.
    """
    if len(variables) > VARIABLES_MAX:
        raise ValueTooLarge.of_field("variables", f"has {len(variables)} entries; at most {VARIABLES_MAX} are kept")
    for name, value in variables.items():
        _check_variable(name, value)
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > VARIABLES_MAX_BYTES:
        raise ValueTooLarge.of_field("variables", f"are {size} bytes in all; at most {VARIABLES_MAX_BYTES} are kept")
    return tuple(sorted(variables.items()))


def _check_variable(name: str, value: str) -> None:
    try:
        variable = env_name(name)
    except InvalidName:
        raise InvalidName.of_field("variables", f"one of the names is not allowed; use {NAME_RULE}") from None
    if variable != name:
        raise InvalidName.of_field(f"variables.{name}", f"must be written as the variable it becomes: {variable}")
    if is_reserved(name):
        raise ReservedName.of_field(f"variables.{name}", f"is reserved ({reserved_reason(name)}); choose another name")
    if "\0" in value:
        raise InvalidValue.of_field(f"variables.{name}", "holds a NUL character, which no variable can hold")


def checked_description(text: str | None, before: str) -> str:
    """The description a change leads to: `before` where it names none. Raises `Unprocessable`."""
    return before if text is None else check_description(text)


def sensitive_fields(reasons: Mapping[str, str]) -> tuple[FieldError, ...]:
    """One fault per variable that looks like a credential, with why."""
    return tuple(FieldError(f"variables.{name}", reason) for name, reason in sorted(reasons.items()))
