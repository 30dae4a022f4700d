"""What an import would do, entry by entry. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bootseal.errors import InvalidName, Unprocessable
from bootseal.model import Secret, check_description
from bootseal.names import check_not_reserved, env_name
from bootseal.services.values import SealedInput, ValueInput, check_sealed

ENTRIES_MAX: Final = 500
"""Most entries of one import."""


class OnConflict(StrEnum):
    """What to do about an entry whose variable the scope already has."""

    FAIL = "fail"
    SKIP = "skip"
    UPDATE = "update"


class EntryStatus(StrEnum):
    """What becomes of an entry."""

    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    CONFLICT = "conflict"
    RESERVED = "reserved"
    INVALID = "invalid"


REFUSED: Final = frozenset({EntryStatus.CONFLICT, EntryStatus.RESERVED, EntryStatus.INVALID})
"""One entry of these, and nothing is written."""

WRITTEN: Final = frozenset({EntryStatus.CREATED, EntryStatus.UPDATED})
"""Entries of these are written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was sent. None leaves a field at its default, or as it is where the secret exists.

    `problem` is what is wrong with its value, in words that do not hold it; then `value` is None.
    """

    name: str = field(repr=False)
    value: ValueInput | None
    problem: str = ""
    description: str | None = None
    auto_install: bool | None = None
    instructions_safe: bool | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one entry. `name` and `env_name` are None where the entry's name is not a name."""

    index: int
    name: str | None
    env_name: str | None
    status: EntryStatus
    message: str = ""
    version: str | None = None


def variables(entries: Sequence[Entry]) -> frozenset[str]:
    """The env names of the entries that have one."""
    return frozenset(variable for entry in entries if (variable := _variable(entry.name)) is not None)


def plan(
    entries: Sequence[Entry], existing: Mapping[str, Secret], key_ids: Collection[str], on_conflict: OnConflict
) -> list[Planned]:
    """What becomes of each entry, given the scope's secrets by env name and the ids of its keys."""
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        variable = _variable(entry.name)
        if variable is not None:
            first.setdefault(variable, index)
    return [_planned(index, entry, existing, key_ids, on_conflict, first) for index, entry in enumerate(entries)]


def _planned(
    index: int,
    entry: Entry,
    existing: Mapping[str, Secret],
    key_ids: Collection[str],
    on_conflict: OnConflict,
    first: Mapping[str, int],
) -> Planned:
    variable = _variable(entry.name)
    if variable is None:
        return Planned(index, None, None, EntryStatus.INVALID, _why(lambda: env_name(entry.name)))
    if reserved := _why(lambda: check_not_reserved(entry.name)):
        return Planned(index, entry.name, variable, EntryStatus.RESERVED, reserved)
    if first[variable] != index:
        message = f"becomes {variable}, as entry {first[variable]} does"
        return Planned(index, entry.name, variable, EntryStatus.INVALID, message)
    if wrong := entry.problem or _wrong(entry, key_ids):
        return Planned(index, entry.name, variable, EntryStatus.INVALID, wrong)
    return Planned(index, entry.name, variable, *_meeting(existing.get(variable), on_conflict))


def _meeting(there: Secret | None, on_conflict: OnConflict) -> tuple[EntryStatus, str]:
    if there is None:
        return EntryStatus.CREATED, ""
    if on_conflict is OnConflict.FAIL:
        return EntryStatus.CONFLICT, "exists in this scope already"
    return (EntryStatus.SKIPPED, "") if on_conflict is OnConflict.SKIP else (EntryStatus.UPDATED, "")


def _wrong(entry: Entry, key_ids: Collection[str]) -> str:
    if entry.value is None:
        return "value: is required, or encrypted_value with key_id"
    given = entry.value
    if isinstance(given, SealedInput) and (why := _why(lambda: check_sealed(given, key_ids))):
        return why
    return "" if entry.description is None else _why(lambda: check_description(entry.description or ""))


def _why(check: Callable[[], object]) -> str:
    """What a check has to say; empty where it is content."""
    try:
        check()
    except Unprocessable as error:
        return error.detail
    return ""


def _variable(name: str) -> str | None:
    try:
        return env_name(name)
    except InvalidName:
        return None
