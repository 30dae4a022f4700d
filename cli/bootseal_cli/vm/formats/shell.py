"""`export NAME='…'` for sh, dash, bash, zsh, ksh and busybox: every value, byte for byte.

Inside single quotes a POSIX shell takes every character as it is but the single quote itself (POSIX.1-2017, Shell
Command Language, 2.2.2). So a value needs one rule: end the quotes, write `\'`, begin them again.

Someone who traces a script (`set -x`, `set -v`) must not find the values in its log: the text turns both off for as
long as it is read and then back on.
"""

from collections.abc import Mapping

TITLE = "shell"

_BEFORE = """\
# Written by bootseal. Read it with: . FILE
case $- in *x*) set +x; BOOTSEAL_TRACED=x ;; *) BOOTSEAL_TRACED= ;; esac
case $- in *v*) set +v; BOOTSEAL_TRACED=${BOOTSEAL_TRACED}v ;; esac
"""
_AFTER = """\
case $BOOTSEAL_TRACED in *v*) set -v ;; esac
case $BOOTSEAL_TRACED in *x*) unset BOOTSEAL_TRACED; set -x ;; *) unset BOOTSEAL_TRACED ;; esac
"""


def refusal(_name: str, value: str) -> str | None:
    """Return why not: only a NUL cannot be held, and no environment can hold that."""
    return "holds a NUL character" if "\0" in value else None


def render(environment: Mapping[str, str]) -> str:
    """Return the text of a file to be sourced. Its exit status is 0."""
    lines = "".join(f"export {name}={quote(value)}\n" for name, value in environment.items())
    return f"{_BEFORE}{lines}{_AFTER}"


def quote(value: str) -> str:
    """Return `value` as one shell word."""
    return "'" + value.replace("'", "'\\''") + "'"
