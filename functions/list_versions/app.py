"""GET /v1/secrets/{scope}/{name}/versions"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.import_views import version_view
from bootseal.model import parse_scope


@endpoint
def handler(request: Request) -> Response:
    """The kept versions of a secret, newest first."""
    caller = request.caller
    request.check_query()
    scope = parse_scope(request.path("scope"), caller.user)
    versions = bootstrap.secret_history().versions(caller, scope, request.path("name"))
    return Response(200, {"items": [version_view(version) for version in versions], "next_cursor": None})
