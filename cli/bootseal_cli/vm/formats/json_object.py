"""A flat JSON object, name to value (RFC 8259). Holds everything; non-ASCII is escaped, so any locale can read it."""

import json
from collections.abc import Mapping

TITLE = "json"


def refusal(_name: str, _value: str) -> str | None:
    """Return None: JSON holds every value."""
    return None


def render(environment: Mapping[str, str]) -> str:
    """Return the object with a line per variable."""
    return json.dumps(dict(environment), indent=2) + "\n"
