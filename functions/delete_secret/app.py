"""DELETE /v1/secrets/{scope}/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope


@endpoint
def handler(request: Request) -> Response:
    """Delete a secret with all its versions, for good."""
    caller = request.caller
    request.check_query()
    scope = parse_scope(request.path("scope"), caller.user)
    bootstrap.secret_remover().delete(caller, scope, request.path("name"), request.if_match)
    return Response(204)
