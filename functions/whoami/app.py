"""GET /v1/whoami"""

from bootseal.http import Request, Response, endpoint


@endpoint
def handler(request: Request) -> Response:
    """Who the caller is, as their token says."""
    caller = request.caller
    request.check_query()
    body = {
        "org": caller.org,
        "user": caller.user,
        "permissions": sorted(caller.permissions),
        "projects": None if caller.projects is None else sorted(caller.projects),
    }
    return Response(200, body)
