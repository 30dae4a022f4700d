"""DELETE /v1/users/{user}/secrets"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.import_views import removed_view


@endpoint
def handler(request: Request) -> Response:
    """Delete a leaving user's private secrets and cancel their boot tokens."""
    caller = request.caller
    request.check_query()
    removed = bootstrap.user_remover().remove(caller, request.path("user"))
    return Response(200, removed_view(removed))
