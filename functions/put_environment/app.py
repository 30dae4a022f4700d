"""PUT /v1/environments/{name}"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.schemas import PutEnvironment
from bootseal.services.environments import Condition, EnvironmentDraft
from bootseal.views import environment_view, etag


@endpoint
def handler(request: Request) -> Response:
    """Make an environment, or change it into a new version."""
    caller = request.caller
    request.check_query()
    body = request.body(PutEnvironment)
    draft = EnvironmentDraft(body.variables, body.description, body.allow_sensitive)
    condition = Condition(request.if_match, request.only_new)
    environment, new = bootstrap.environment_editor().put(caller, request.path("name"), draft, condition)
    headers = {**etag(environment), "Location": f"/v1/environments/{environment.name}"} if new else etag(environment)
    return Response(201 if new else 200, environment_view(environment), headers)
