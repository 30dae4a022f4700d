"""Dotenv files, read by python-dotenv's parser with interpolation off, and with no line let pass that it cannot read.

The parser skips what it does not understand; here each such line is a problem. What it reads in a way that surprises
people (a comment cut off, a quote that swallows other entries) is a remark or a problem too.
"""

import io
import re
from collections.abc import Iterator

from dotenv.parser import Binding, parse_stream

from bootseal_cli.importing.entries import Parsed, Problem, RawEntry

_QUOTES = ("'", '"')
_ANOTHER_ENTRY = re.compile(r"\n[^\S\n]*(?:export[^\S\n]+)?[A-Za-z_][A-Za-z0-9_.-]*=")
_PADDING = re.compile(r"=+")


def parse(text: str) -> Parsed:
    """Read a dotenv file."""
    entries: list[RawEntry] = []
    problems: list[Problem] = []
    remarks: list[Problem] = []
    for binding in parse_stream(io.StringIO(text)):
        line = _line_of(binding)
        if problem := _problem_of(binding):
            problems.append(Problem(line, problem))
        elif binding.key is not None and binding.value is not None:
            entries.append(RawEntry(line, binding.key, binding.value))
            remarks += [Problem(line, remark) for remark in _remarks_on(binding)]
    return Parsed(tuple(entries), tuple(problems), tuple(remarks))


def _line_of(binding: Binding) -> int:
    """Return where the entry itself begins: the parser counts blank lines before it as part of it."""
    blank = binding.original.string[: len(binding.original.string) - len(binding.original.string.lstrip())]
    return binding.original.line + len(re.findall(r"\r\n|\n|\r", blank))


def _problem_of(binding: Binding) -> str | None:
    if binding.error:
        return "is not a NAME=value line, or a quote is not closed"
    if binding.key is None:
        return None
    if binding.value is None:
        return "has no = and so no value"
    if _PADDING.fullmatch(_written(binding)):
        # `c2VjcmV0==` would parse as a name; it is what the end of base64 text looks like.
        return "looks like the end of base64 text, not like NAME=value"
    if _ANOTHER_ENTRY.search(binding.value):
        return "opens a quote that runs over what looks like other entries; close it, or import this one as JSON"
    return None


def _written(binding: Binding) -> str:
    """Return the value as it stands in the file, quotes and comment included."""
    return binding.original.string.partition("=")[2].strip()


def _remarks_on(binding: Binding) -> Iterator[str]:
    written = _written(binding)
    if not written.startswith(_QUOTES) and written != binding.value:
        yield "what follows # is taken as a comment; quote the value if it belongs to it"
    if "${" in (binding.value or ""):
        yield "${…} is stored as it stands, not replaced"
