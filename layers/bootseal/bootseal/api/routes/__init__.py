"""Every route there is, in the order of the document."""

from typing import Final

from bootseal.api.route import Route
from bootseal.api.routes import audit, boots, environments, many, secrets, service

ROUTES: Final[tuple[Route, ...]] = (
    *secrets.ROUTES,
    *many.ROUTES,
    *boots.ROUTES,
    *environments.ROUTES,
    *audit.ROUTES,
    *service.ROUTES,
)
"""All of them."""
