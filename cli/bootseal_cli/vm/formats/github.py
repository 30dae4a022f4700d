"""What to append to `$GITHUB_ENV`: `NAME<<DELIMITER`, the value's lines, `DELIMITER`.

The runner (actions/runner, FileCommandManager) takes every line up to one that equals the delimiter. The delimiter is
random, made anew for each value, so no value can end itself early and set another variable.
"""

import secrets
from collections.abc import Mapping

TITLE = "github"


def refusal(_name: str, value: str) -> str | None:
    """Return why not, or None."""
    if value.endswith("\r"):
        return "ends in a carriage return, which a Windows runner drops"
    return "holds a NUL character" if "\0" in value else None


def render(environment: Mapping[str, str]) -> str:
    """Return the lines. Different each time: the delimiters are random."""
    return "".join(_entry(name, value) for name, value in environment.items())


def _entry(name: str, value: str) -> str:
    # 128 random bits: that a value written before holds this line is not a case worth a loop.
    mark = f"bootseal_{secrets.token_hex(16)}"
    return f"{name}<<{mark}\n{value}\n{mark}\n"
