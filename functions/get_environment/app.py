"""GET /v1/environments/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.views import environment_view, etag


@endpoint
def handler(request: Request) -> Response:
    """One environment, variables in clear."""
    caller = request.caller
    request.check_query()
    environment = bootstrap.environment_viewer().get(caller, request.path("name"))
    return Response(200, environment_view(environment), etag(environment))
