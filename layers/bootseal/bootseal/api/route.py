"""What is written down of a route."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bootseal.errors import BootsealError

OWN_PRIVATE: Final = " in the caller's own private scope none"
"""What is said of permissions that a user's own secrets do not need."""


@dataclass(frozen=True, slots=True)
class Param:
    """A path, query or header parameter; `kind` is a type of `field_types` or a plain one. One that may be `blank` is
    as good as absent where it is empty, as forms send it."""

    name: str
    place: str
    kind: Any
    description: str
    required: bool = False
    blank: bool = False
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API.

    `permission` is the permission its token must hold, None where any token will do; `own_private` says that a user's
    own private scope needs none. `public` calls take no access token. `errors` are those beyond what every call may
    answer. `body_rules` is a JSON Schema fragment for what holds between fields.
    """

    method: str
    path: str
    function: str
    summary: str
    tag: str
    permission: str | None = None
    own_private: bool = False
    public: bool = False
    params: tuple[Param, ...] = ()
    body: type | None = None
    body_rules: Mapping[str, Any] = field(default_factory=dict)
    body_example: Any = None
    status: int = 200
    answer: Any = None
    answer_example: Any = None
    headers: tuple[str, ...] = ()
    errors: tuple[type[BootsealError], ...] = ()
    notes: str = ""
