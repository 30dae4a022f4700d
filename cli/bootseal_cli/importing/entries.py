"""What a file to import comes down to, and the rules every entry keeps, whatever the format."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bootseal.errors import BootsealError
from bootseal.model import SecretValue
from bootseal.names import check_name, check_not_reserved
from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, CliError

MAX_ENTRIES = 500
"""What one import takes: it is written whole or not at all, in one call."""

_SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A name and a text as they stand in a file, and the line they begin at. Nothing is checked yet."""

    line: int
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret to store."""

    line: int
    name: str
    env_name: str
    value: SecretValue


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong at a line. Names are quoted only once they are known to be names; other text never."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser found: entries, problems, and remarks about entries that were read in a way worth knowing."""

    entries: tuple[RawEntry, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


def checked(parsed: Parsed, file: str, *, skip_empty: bool) -> tuple[Entry, ...]:
    """Return the entries that can be stored; CliError (exit 6) lists everything that is wrong, by line, at once."""
    problems = list(parsed.problems)
    entries: list[Entry] = []
    first_lines: dict[str, int] = {}
    for raw in parsed.entries:
        if skip_empty and not raw.text:
            continue
        entry = _entry_or_problem(raw, first_lines)
        if isinstance(entry, Entry):
            entries.append(entry)
        else:
            problems.append(entry)
    if not entries and not problems:
        problems.append(Problem(1, "there is no entry in it"))
    if len(entries) > MAX_ENTRIES:
        problems.append(Problem(entries[MAX_ENTRIES].line, f"more than {MAX_ENTRIES} entries; split the file"))
    if problems:
        raise refusal(file, problems)
    return tuple(entries)


def _entry_or_problem(raw: RawEntry, first_lines: dict[str, int]) -> Entry | Problem:
    try:
        variable = check_not_reserved(raw.name)
    except BootsealError as failure:
        return Problem(raw.line, str(failure))
    if variable in first_lines:
        return Problem(raw.line, f"{raw.name} is there twice, first at line {first_lines[variable]} (as {variable})")
    first_lines[variable] = raw.line
    try:
        return Entry(raw.line, raw.name, variable, SecretValue(raw.text))
    except BootsealError as failure:
        hint = "; or leave empty entries out with --skip-empty" if not raw.text else ""
        return Problem(raw.line, f"{raw.name}: {failure}{hint}")


def label_of(name: str) -> str:
    """Return `name` where it is one, for a message; what is no name may be part of a value, and is not repeated."""
    try:
        return check_name(name)
    except BootsealError:
        return "an entry"


def refusal(file: str, problems: Iterable[Problem]) -> CliError:
    """Return the error for a file that cannot be imported as it is."""
    found = sorted(problems)
    lines = [f"  {file}:{problem.line}: {problem.what}" for problem in found[:_SHOWN_PROBLEMS]]
    if len(found) > _SHOWN_PROBLEMS:
        lines.append(f"  and {len(found) - _SHOWN_PROBLEMS} more")
    count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    return CliError(f"{file}: {count}; nothing was sent or written\n" + "\n".join(lines), EXIT_NOT_REPRESENTABLE)
