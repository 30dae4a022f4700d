"""Answers: statuses, problem documents and the headers that every one has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from bootseal import errors
from bootseal.errors import BootsealError

STATUS: Final[Mapping[type[BootsealError], int]] = {
    errors.InvalidRequest: 400,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.Conflict: 409,
    errors.VersionMismatch: 412,
    errors.PayloadTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Unprocessable: 422,
    errors.Throttled: 429,
    errors.IntegrityError: 500,
    errors.Unavailable: 503,
    BootsealError: 500,
}
"""HTTP status by error type: an error has its own type's, or its nearest ancestor's."""

_RETRY_AFTER_SECONDS: Final = {429: "1", 503: "2"}
_COMMON: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def status_of(error: BootsealError) -> int:
    """The HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `body` None means none at all."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(error: BootsealError, request_id: str) -> Response:
    """An error as RFC 9457 describes it, with our `code`, `request_id` and `errors`."""
    status = status_of(error)
    detail = error.detail if status < 500 or isinstance(error, errors.IntegrityError | errors.Unavailable) else ""
    body = {
        "type": "about:blank",
        "status": status,
        "title": error.title,
        "detail": detail or error.title,
        "code": error.code,
        "request_id": request_id,
    }
    if error.fields:
        body["errors"] = [{"field": fault.field, "message": fault.message} for fault in error.fields]
    body.update(error.extra)
    headers = {"Content-Type": "application/problem+json"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110 section 11.6.1 asks for it
    if status in _RETRY_AFTER_SECONDS:
        headers["Retry-After"] = _RETRY_AFTER_SECONDS[status]
    return Response(status, body, headers)


def proxy_answer(response: Response, request_id: str) -> dict[str, Any]:
    """An answer as API Gateway takes it from a proxy integration."""
    headers = {**_COMMON, "X-Request-Id": request_id, **response.headers}
    if response.body is None:
        return {"statusCode": response.status, "headers": headers, "body": ""}
    headers.setdefault("Content-Type", "application/json; charset=utf-8")
    return {"statusCode": response.status, "headers": headers, "body": msgspec.json.encode(response.body).decode()}
