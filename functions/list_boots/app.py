"""GET /v1/boots"""

from bootseal import bootstrap
from bootseal.http import Request, Response, endpoint
from bootseal.model import Caller, parse_scope
from bootseal.names import check_label, check_user, env_name
from bootseal.services.boots import LIMIT_DEFAULT, LIMIT_MAX, BootQuery, Held
from bootseal.timeline import parse_cursor
from bootseal.views import receipt_view


@endpoint
def handler(request: Request) -> Response:
    """List receipts, newest first."""
    caller = request.caller
    request.check_query("user", "session_id", "scope", "name", "version", "limit", "cursor")
    page = bootstrap.boot_list().page(caller, _query(request, caller))
    return Response(200, {"items": [receipt_view(item) for item in page.items], "next_cursor": page.next_cursor})


def _query(request: Request, caller: Caller) -> BootQuery:
    user, session = request.query_text("user"), request.query_text("session_id")
    scope, name = request.query_text("scope"), request.query_text("name")
    held = Held(
        scope=None if scope is None else parse_scope(scope, caller.user),
        env_name=None if name is None else env_name(name),
        version=request.query_text("version"),
    )
    return BootQuery(
        user=None if user is None else check_user(user),
        session_id=None if session is None else check_label(session, "session_id"),
        held=held,
        limit=request.query_int("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
        cursor=parse_cursor(request.query("cursor")),
    )
