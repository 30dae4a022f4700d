"""Parameters that several routes share."""

from typing import Final

from bootseal import field_types as f
from bootseal.api.route import Param

SCOPE: Final = Param("scope", "path", f.ScopeLabel, "Where the secret lives.", required=True)
NAME: Final = Param("name", "path", f.Name, "The secret's name; matched by env name.", required=True)
ENVIRONMENT: Final = Param("name", "path", f.EnvironmentName, "The environment's name.", required=True)

IF_MATCH: Final = Param(
    "If-Match",
    "header",
    str,
    "The ETag of the version that is to be changed, or `*`. Another version than the current one: 412.",
    schema={"pattern": '^(\\*|"[0-9a-f]{20}")$'},
)
IDEMPOTENCY_KEY: Final = Param(
    "Idempotency-Key",
    "header",
    str,
    "Names this request, for a day and per caller: sent again, it is answered and not carried out again.",
    schema={"pattern": "^[!-~]{1,128}$", "maxLength": 128},
)

LIMIT: Final = Param(
    "limit", "query", int, "Most items of the page.", schema={"minimum": 1, "maximum": 200, "default": 50}
)
CURSOR: Final = Param(
    "cursor",
    "query",
    str,
    "`next_cursor` of the page before.",
)
