"""GET /v1/secrets"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import parse_scope
from bootseal.services.viewing import LIMIT_DEFAULT, LIMIT_MAX, Query
from bootseal.views import secret_view


@endpoint
def handler(request: Request) -> Response:
    """List and search secrets, in pages."""
    caller = request.caller
    request.check_query("scope", "q", "limit", "cursor")
    label = request.query("scope")
    query = Query(
        scope=None if label is None else parse_scope(label, caller.user),
        text=request.query("q") or "",
        limit=request.query_int("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
        cursor=request.query("cursor"),
    )
    page = bootstrap.secret_list().page(caller, query)
    return Response(200, {"items": [secret_view(item) for item in page.items], "next_cursor": page.next_cursor})
