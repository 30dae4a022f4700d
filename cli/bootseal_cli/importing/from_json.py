"""JSON files: one flat object of strings."""

import json
from typing import Any

from bootseal_cli.importing.entries import Parsed, Problem, RawEntry, label_of

_Pairs = list[tuple[str, Any]]


class _Object(list[tuple[str, Any]]):
    """The members of an object in their order, duplicates and all."""


def parse(text: str) -> Parsed:
    """Read a JSON object; duplicate names are kept, for the rules that hold for every format to find."""
    try:
        document = json.loads(text, object_pairs_hook=_Object)
    except json.JSONDecodeError as failure:
        return Parsed((), (Problem(failure.lineno, "is not JSON from here on"),))
    except RecursionError:
        return Parsed((), (Problem(1, "is nested too deeply; one flat object of strings is expected"),))
    if not isinstance(document, _Object):
        return Parsed((), (Problem(1, 'is not one object, {"NAME": "value", ...}'),))
    return _flat(document, text)


def _flat(members: _Pairs, text: str) -> Parsed:
    entries: list[RawEntry] = []
    problems: list[Problem] = []
    for line, (name, value) in zip(_lines_of(members, text), members, strict=True):
        if isinstance(value, str):
            entries.append(RawEntry(line, name, value))
        else:
            problems.append(Problem(line, f"{label_of(name)} is {_kind(value)}; only strings can be stored: quote it"))
    return Parsed(tuple(entries), tuple(problems))


def _lines_of(members: _Pairs, text: str) -> list[int]:
    """Return the line each member's name stands at, searching on from the one before."""
    lines: list[int] = []
    position = 0
    for name, _ in members:
        for written in (json.dumps(name), json.dumps(name, ensure_ascii=False)):
            found = text.find(written, position)
            if found >= 0:
                position = found + len(written)
                break
        lines.append(text.count("\n", 0, position) + 1)
    return lines


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return "an object" if isinstance(value, _Object) else "a list"
