"""The service itself."""

from typing import Any, Final

from bootseal.api import examples, shapes
from bootseal.api.route import Route

ROUTES: Final = (
    Route(
        "GET",
        "/v1/whoami",
        "whoami",
        "Who the caller is",
        "Service",
        answer=shapes.WhoAmI,
        answer_example=examples.WHOAMI,
    ),
    Route("GET", "/openapi.json", "get_openapi", "This document", "Service", public=True, answer=dict[str, Any]),
)
