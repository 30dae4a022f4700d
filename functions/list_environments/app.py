"""GET /v1/environments"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.services.environments import LIMIT_DEFAULT, LIMIT_MAX
from bootseal.views import environment_view


@endpoint
def handler(request: Request) -> Response:
    """List environments, in pages."""
    caller = request.caller
    request.check_query("limit", "cursor")
    limit = request.query_int("limit", LIMIT_DEFAULT, 1, LIMIT_MAX)
    page = bootstrap.environment_viewer().page(caller, limit, request.query("cursor"))
    return Response(200, {"items": [environment_view(item) for item in page.items], "next_cursor": page.next_cursor})
