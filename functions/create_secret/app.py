"""POST /v1/secrets"""

from urllib.parse import quote

from bootseal import bootstrap
from bootseal.errors import InvalidRequest
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.schemas import CreateSecret
from bootseal.services.secrets import Draft
from bootseal.views import etag, secret_view


@endpoint
def handler(request: Request) -> Response:
    """Create a secret."""
    caller = request.caller
    request.check_query()
    body = request.body(CreateSecret)
    value = body.given_value()
    if value is None:
        raise InvalidRequest.of_field("value", "is required, or encrypted_value with key_id")
    draft = Draft(body.name, value, body.description, body.auto_install, body.instructions_safe)
    secret = bootstrap.secret_editor().create(caller, parse_scope(body.scope, caller.user), draft)
    location = f"/v1/secrets/{secret.scope.label}/{quote(secret.name)}"
    return Response(201, secret_view(secret), {**etag(secret), "Location": location})
