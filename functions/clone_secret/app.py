"""POST /v1/secrets/{scope}/{name}/clone"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.schemas import CloneSecret
from bootseal.services.cloning import Copy
from bootseal.views import created


@endpoint
def handler(request: Request) -> Response:
    """Copy a secret to another scope or name."""
    caller = request.caller
    request.check_query()
    body = request.body(CloneSecret)
    copy = Copy(parse_scope(body.scope, caller.user), body.name)
    scope = parse_scope(request.path("scope"), caller.user)
    secret, again = bootstrap.cloner().clone(caller, scope, request.path("name"), copy, request.idempotency_key)
    return Response(201, *created(secret, again))
