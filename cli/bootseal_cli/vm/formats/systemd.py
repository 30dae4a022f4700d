r"""systemd's `EnvironmentFile=`, by the rules of systemd's own parser (src/basic/env-file.c, read in 252 and later).

Between double quotes the parser keeps every character, line breaks too, but takes a backslash before one of
`"`, `\`, `` ` ``, `$` as an escape and a backslash before a line break as a continuation. So exactly those four are
escaped. No variable is expanded in such a file.

Two things cannot be held. Unicode's 66 noncharacters: systemd calls them invalid UTF-8 and then ignores the *whole*
file. NUL: it ends the file. Control characters need systemd 248 or later; before it, such a variable is dropped.
"""

import re
from collections.abc import Mapping

TITLE = "systemd's EnvironmentFile="

_ESCAPED = re.compile(r'["\\`$]')
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)) + "]"
)


def refusal(_name: str, value: str) -> str | None:
    """Return why not, or None."""
    if "\0" in value:
        return "holds a NUL character"
    if found := _NONCHARACTER.search(value):
        return f"holds the Unicode noncharacter U+{ord(found[0]):04X}, for which systemd ignores the whole file"
    return None


def render(environment: Mapping[str, str]) -> str:
    """Return the text of an environment file."""
    return "".join(f'{name}="{_ESCAPED.sub(_escape, value)}"\n' for name, value in environment.items())


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
