"""GET /v1/scopes/{scope}/public-key"""

from bootseal import bootstrap
from bootseal.encoding import to_base64
from bootseal.errors import InvalidRequest
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope


@endpoint
def handler(request: Request) -> Response:
    """What a client needs to seal a value for one name itself."""
    caller = request.caller
    request.check_query("name")
    name = request.query("name")
    if name is None:
        raise InvalidRequest.of_field("name", "is required: a value is sealed for one name")
    key = bootstrap.public_keys().for_name(caller, parse_scope(request.path("scope"), caller.user), name)
    body = {
        "key_id": key.key_id,
        "suite": key.suite,
        "public_key": to_base64(key.public_key),
        "info": to_base64(key.info),
    }
    return Response(200, body)
