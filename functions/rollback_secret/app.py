"""POST /v1/secrets/{scope}/{name}/rollback"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.schemas import RollbackSecret
from bootseal.views import etag, secret_view


@endpoint
def handler(request: Request) -> Response:
    """Make an earlier value the current one again."""
    caller = request.caller
    request.check_query()
    version = request.body(RollbackSecret).version
    scope = parse_scope(request.path("scope"), caller.user)
    secret = bootstrap.rollback().to(caller, scope, request.path("name"), version, request.if_match)
    return Response(200, secret_view(secret), etag(secret))
