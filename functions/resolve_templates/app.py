"""POST /v1/resolve"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.names import check_slug, check_user
from bootseal.schemas import ResolveTemplates
from bootseal.services.resolving import Resolution
from bootseal.services.templates import parse_target


@endpoint
def handler(request: Request) -> Response:
    """Fill the placeholders of texts with secrets."""
    caller = request.caller
    request.check_query()
    body = request.body(ResolveTemplates)
    asked = Resolution(
        templates=body.templates,
        target=parse_target(body.target),
        user=caller.user if body.user is None else check_user(body.user),
        project=None if body.project is None else check_slug(body.project, "project"),
    )
    return Response(200, {"resolved": bootstrap.resolver().resolve(caller, asked)})
