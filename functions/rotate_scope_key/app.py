"""POST /v1/scopes/{scope}/rotate-key"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.import_views import progress_view
from bootseal.model import parse_scope
from bootseal.schemas import RotateScopeKey


@endpoint
def handler(request: Request) -> Response:
    """Give a scope a new key, or go on sealing its values to the newest one."""
    caller = request.caller
    request.check_query()
    scope = parse_scope(request.path("scope"), caller.user)
    resume = request.body(RotateScopeKey).resume
    return Response(200, progress_view(bootstrap.key_rotation().rotate(caller, scope, resume)))
