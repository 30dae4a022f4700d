"""POST /v1/boot-tokens"""

from datetime import UTC, datetime

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.ids import timestamp
from bootseal.schemas import IssueBootToken
from bootseal.services.boot_tokens import Launch


@endpoint
def handler(request: Request) -> Response:
    """Issue a single-use boot token for a VM."""
    caller = request.caller
    request.check_query()
    body = request.body(IssueBootToken)
    launch = Launch(
        user=body.user,
        project=body.project,
        environment=body.environment,
        session_id=body.session_id,
        vm_id=body.vm_id,
        requirements=None if body.requirements is None else body.requirements.declared(),
        ttl_seconds=body.ttl_seconds,
    )
    token, stored = bootstrap.boot_tokens().issue(caller, launch)
    expires_at = timestamp(datetime.fromtimestamp(stored.expires_at, UTC))
    return Response(201, {"boot_token": token, "session_id": stored.session_id, "expires_at": expires_at})
