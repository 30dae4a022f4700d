"""GET /v1/secrets/{scope}/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.views import etag, secret_view


@endpoint
def handler(request: Request) -> Response:
    """One secret's metadata."""
    caller = request.caller
    request.check_query()
    scope = parse_scope(request.path("scope"), caller.user)
    secret = bootstrap.secret_viewer().get(caller, scope, request.path("name"))
    return Response(200, secret_view(secret), etag(secret))
