"""Parameters that several routes share."""

from typing import Any, Final

from bootseal import field_types as f
from bootseal.api.route import Param

SCOPE: Final = Param("scope", "path", f.ScopeLabel, "Where the secret lives.", required=True)
NAME: Final = Param("name", "path", f.Name, "The secret's name; matched by env name.", required=True)
ENVIRONMENT: Final = Param("name", "path", f.EnvironmentName, "The environment's name.", required=True)

IF_MATCH: Final = Param(
    "If-Match",
    "header",
    Any,
    "The ETag of the version that is to be changed, or `*`. Another version than the current one: 412.",
    schema={"anyOf": [{"const": "*"}, {"type": "string", "pattern": '^"[0-9a-f]{20}"$'}], "examples": ["*"]},
)
IF_NONE_MATCH: Final = Param(
    "If-None-Match",
    "header",
    Any,
    "`*`: only where there is none of this name yet. Where there is one: 412.",
    schema={"const": "*", "examples": ["*"]},
)
IDEMPOTENCY_KEY: Final = Param(
    "Idempotency-Key",
    "header",
    str,
    "Names this request, for a day and per caller: sent again, it is answered and not carried out again.",
    schema={"pattern": "^[!-~]{1,128}$", "maxLength": 128, "examples": ["0b1f6d6e-0000-4000-8000-000000000001"]},
)

LIMIT: Final = Param(
    "limit", "query", int, "Most items of the page.", schema={"minimum": 1, "maximum": 200, "default": 50}
)


def cursor(pattern: str) -> Param:
    """Where a page begins, in the form of one route. Opaque to clients; the pattern says what is looked at."""
    return Param("cursor", "query", str, "`next_cursor` of the page before.", schema={"pattern": f"^{pattern}$"})


TIME_CURSOR: Final = cursor(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z#[0-9a-f]{12,64}")
"""Of what lies in time order."""
