"""docker's `--env-file`: a line is `NAME=value`, taken as it is.

There is no quoting and no escape (docker's CLI, pkg/kvfile). What follows from how it reads lines: a value with a line
break would be two lines; a carriage return at the end is taken for part of the line break; newer versions strip a
pair of quotes around a value and older ones do not; Go's scanner gives up on lines of 64 KiB (bufio.MaxScanTokenSize).
"""

from collections.abc import Mapping

TITLE = "docker --env-file"

LINE_MAX_BYTES = 65_534
"""Longest `NAME=value`: the scanner's 65,536 bytes less room for a line break of either kind."""


def refusal(name: str, value: str) -> str | None:
    """Return why not, or None."""
    if "\n" in value:
        return "holds a line break"
    if value.endswith("\r"):
        return "ends in a carriage return"
    if "\0" in value:
        return "holds a NUL character"
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return "stands in quotes, which some versions of docker strip"
    size = len(f"{name}={value}".encode())
    return f"takes {size} bytes in one line, more than {LINE_MAX_BYTES}" if size > LINE_MAX_BYTES else None


def render(environment: Mapping[str, str]) -> str:
    """Return the lines."""
    return "".join(f"{name}={value}\n" for name, value in environment.items())
