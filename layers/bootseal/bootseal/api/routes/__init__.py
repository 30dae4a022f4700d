"""Every route there is, in the order of the document."""

from typing import Final

from bootseal.api.route import Route
from bootseal.api.routes import boots, environments, secrets, service

ROUTES: Final[tuple[Route, ...]] = (*secrets.ROUTES, *boots.ROUTES, *environments.ROUTES, *service.ROUTES)
"""All of them."""
