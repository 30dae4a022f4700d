"""A `.env` file in the dialect that python-dotenv and node's own `--env-file` read alike.

There is no standard, and the two differ, so only what both give back unchanged is written. A value stands in single
quotes, or in double quotes where it holds a single quote itself. What is refused, and who would change it:

- a single and a double quote together: neither kind of quotes can then hold it in both;
- a backslash before a backslash, before a quote or at the end: python-dotenv takes it as an escape;
- any backslash beside a single quote: both expand escapes in double quotes, differently;
- a carriage return: node drops it, Python reads it as a line break;
- `${`: python-dotenv expands it whatever the quotes.
"""

import re
from collections.abc import Mapping

TITLE = "dotenv"

_PYTHON_ESCAPE = re.compile(r"\\(\\|'|$)")


def refusal(_name: str, value: str) -> str | None:
    """Return why not, or None."""
    if "\0" in value:
        return "holds a NUL character"
    if "\r" in value:
        return "holds a carriage return"
    if "${" in value:
        return "holds ${, which python-dotenv expands"
    return _quoting_refusal(value)


def _quoting_refusal(value: str) -> str | None:
    if "'" in value:
        if '"' in value:
            return "holds both kinds of quotes"
        return "holds a single quote and a backslash" if "\\" in value else None
    return "holds a backslash that python-dotenv takes as an escape" if _PYTHON_ESCAPE.search(value) else None


def render(environment: Mapping[str, str]) -> str:
    """Return the lines."""
    return "".join(f"{name}={_quote(value)}\n" for name, value in environment.items())


def _quote(value: str) -> str:
    mark = '"' if "'" in value else "'"
    return f"{mark}{value}{mark}"
