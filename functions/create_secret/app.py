"""POST /v1/secrets"""

from bootseal import bootstrap
from bootseal.errors import InvalidRequest
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.schemas import CreateSecret
from bootseal.services.secrets import Draft
from bootseal.views import created


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
    scope = parse_scope(body.scope, caller.user)
    secret, again = bootstrap.secret_creator().create(caller, scope, draft, request.idempotency_key)
    return Response(201, *created(secret, again))
