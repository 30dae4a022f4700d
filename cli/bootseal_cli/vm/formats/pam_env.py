"""The file pam_env reads as a session begins: the only way to the `sh` of `ssh host command`, which reads no file.

pam_env's parser (Linux-PAM, modules/pam_env/pam_env.c, from 1.1 on) takes lines of at most 1,023 bytes, cuts them at a
`#`, strips blanks and quotes at the ends and joins lines at a backslash. Only values that none of this touches are
written; the caller says which are not.
"""

import re
from collections.abc import Mapping
from typing import Final

TITLE: Final = "pam_env"

LINE_MAX_BYTES: Final = 1_000
_HELD: Final = re.compile(r"[!$-&(-\[\]-~][ -!$-&(-\[\]-~]*(?<! )")
"""Printable ASCII without `"`, `#`, `'` and backslash, no blank at either end."""


def refusal(name: str, value: str) -> str | None:
    """Return why not, or None."""
    if len(name) + len(value) > LINE_MAX_BYTES:
        return "is too long for a line"
    return None if _HELD.fullmatch(value) else "is not one line of plain characters"


def render(environment: Mapping[str, str]) -> str:
    """Return the lines."""
    return "".join(f"{name}={value}\n" for name, value in environment.items())
