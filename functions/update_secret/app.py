"""PATCH /v1/secrets/{scope}/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.schemas import UpdateSecret
from bootseal.services.secrets import Change
from bootseal.views import etag, secret_view


@endpoint
def handler(request: Request) -> Response:
    """Change a secret's value or metadata into a new version."""
    caller = request.caller
    request.check_query()
    body = request.body(UpdateSecret)
    body.refuse_immutable()
    body.refuse_empty()
    change = Change(body.given_value(), body.description, body.auto_install, body.instructions_safe)
    scope = parse_scope(request.path("scope"), caller.user)
    secret = bootstrap.secret_editor().update(caller, scope, request.path("name"), change, request.if_match)
    return Response(200, secret_view(secret), etag(secret))
