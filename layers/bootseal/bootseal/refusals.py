"""Noting refusals in the audit trail: whoever is known and is told 401, 403 or 404 leaves an entry.

In one place, called by `http.endpoint` for every function; no function does it itself. A refusal that cannot be noted
is still the answer: it is then in the log, and the metric `AuditLost` counts it. Requests without a valid token never
get here: the gateway answers them, and no org can be told from them (docs/adr/0008).
"""

from collections.abc import Mapping
from typing import Any, Final

from bootseal import bootstrap, observability
from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.errors import BootsealError
from bootseal.ids import new_event_id, timestamp
from bootseal.model import Caller, Scope, parse_scope
from bootseal.names import env_name, is_slug

_TEXT_MAX: Final = 200


def note(caller: Caller, event: Mapping[str, Any], path: Mapping[str, str], error: BootsealError) -> None:
    """Leave an entry for the refusal of `caller`'s request. Never raises."""
    try:
        bootstrap.audit_store().note(refusal(caller, event, path, error, timestamp(bootstrap.clock().now())))
    except Exception as failure:  # noqa: BLE001 - whatever it is, the caller must be told of the refusal and not of this
        observability.crashed(failure)
        observability.unrecorded(str(Action.REFUSED), error.code, type(failure).__name__)


def refusal(
    caller: Caller, event: Mapping[str, Any], path: Mapping[str, str], error: BootsealError, time: str
) -> AuditEvent:
    """The entry: which call, which secret or environment where the path names one, and what the error names."""
    scope = _scope(path.get("scope"), caller.user)
    variable = _variable(path.get("name")) if scope is not None else ""
    return event_by(
        caller,
        Action.REFUSED,
        time,
        new_event_id(),
        scope=scope,
        name=path.get("name", "") if variable else "",
        env_name=variable,
        outcome=error.code,
        details=(
            ("method", _text(event, "httpMethod")),
            ("route", _text(event, "resource")),
            ("environment", _environment(event, path)),
            ("named", ", ".join(fault.field for fault in error.fields)[:_TEXT_MAX]),
        ),
    )


def _text(event: Mapping[str, Any], field: str) -> str:
    return str(event.get(field) or "")[:_TEXT_MAX]


def _environment(event: Mapping[str, Any], path: Mapping[str, str]) -> str:
    name = path.get("name", "")
    return name if _text(event, "resource").startswith("/v1/environments/") and is_slug(name) else ""


def _scope(label: str | None, user: str) -> Scope | None:
    try:
        return parse_scope(label or "", user)
    except BootsealError:
        return None


def _variable(name: str | None) -> str:
    try:
        return env_name(name or "")
    except BootsealError:
        return ""
