"""GET /v1/audit"""

from bootseal import bootstrap
from bootseal.audit_model import parse_action
from bootseal.http import Request, Response, endpoint
from bootseal.model import Caller, parse_scope
from bootseal.names import check_user, env_name
from bootseal.services.auditing import LIMIT_DEFAULT, LIMIT_MAX, AuditQuery
from bootseal.timeline import parse_cursor, parse_moment, span_of
from bootseal.trail_views import record_view


@endpoint
def handler(request: Request) -> Response:
    """Who did what to which secret, newest first."""
    caller = request.caller
    request.check_query("since", "until", "actor", "action", "scope", "name", "limit", "cursor")
    query = _query(request, caller)
    page = bootstrap.audit_trail().page(caller, query)
    items = [record_view(record, query.held) for record in page.items]
    return Response(200, {"items": items, "next_cursor": page.next_cursor})


def _query(request: Request, caller: Caller) -> AuditQuery:
    since, until = (_moment(request, field) for field in ("since", "until"))
    actor, action = request.query_text("actor"), request.query_text("action")
    scope, name = request.query_text("scope"), request.query_text("name")
    return AuditQuery(
        span=span_of(since, until),
        actor=None if actor is None else check_user(actor, "actor"),
        action=None if action is None else parse_action(action),
        # A private secret is its owner's: of the actor that is asked about, or the caller's own.
        scope=None if scope is None else parse_scope(scope, actor or caller.user),
        env_name=None if name is None else env_name(name),
        limit=request.query_int("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
        cursor=parse_cursor(request.query("cursor")),
    )


def _moment(request: Request, field: str) -> str | None:
    text = request.query_text(field)
    return None if text is None else parse_moment(text, field)
