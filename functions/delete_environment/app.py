"""DELETE /v1/environments/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint


@endpoint
def handler(request: Request) -> Response:
    """Delete an environment; its history stays."""
    caller = request.caller
    request.check_query()
    bootstrap.environment_remover().delete(caller, request.path("name"), request.if_match)
    return Response(204)
