"""Handlers: an endpoint with the same manners as every other."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from bootseal import deadline, observability
from bootseal.errors import BootsealError
from bootseal.http.answers import Response, problem, proxy_answer, status_of
from bootseal.http.requests import Request

_REFUSALS: Final = frozenset({401, 403, 404})

Handler = Callable[[Mapping[str, Any], Any], dict[str, Any]]


def endpoint(work: Callable[[Request], Response]) -> Handler:
    """Make a Lambda handler of `work`."""

    @wraps(work)
    def handler(event: Any, context: Any) -> dict[str, Any]:
        request = Request(event if isinstance(event, Mapping) else {})
        observability.begin(request.request_id, context)
        with deadline.of(context):
            return _answered(work, request)

    return handler


def _answered(work: Callable[[Request], Response], request: Request) -> dict[str, Any]:
    try:
        return proxy_answer(work(request), request.request_id)
    except BootsealError as error:
        observability.failed(error)
        _note_refusal(request, error)
        return proxy_answer(problem(error, request.request_id), request.request_id)
    except Exception as error:  # noqa: BLE001 - the last line: nothing unexpected may leave as a traceback
        observability.crashed(error)
        return proxy_answer(problem(BootsealError(), request.request_id), request.request_id)


def _note_refusal(request: Request, error: BootsealError) -> None:
    if status_of(error) in _REFUSALS and request.is_authenticated:
        from bootseal import refusals

        refusals.note(request.caller, request.event, request.path_parameters, error)
