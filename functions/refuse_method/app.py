"""Any method a path does not have: 405 and, as RFC 9110 asks, the methods it has. OPTIONS is answered with those."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec

from bootseal.errors import MethodNotAllowed
from bootseal.http import Request, Response, endpoint, problem


@endpoint
def handler(request: Request) -> Response:
    """Say which methods the path has. Nothing else is read or done, whoever asks."""
    allow = {"Allow": _methods().get(str(request.event.get("resource")), "")}
    if request.event.get("httpMethod") == "OPTIONS":
        return Response(204, headers=allow)
    refused = problem(MethodNotAllowed(f"This path has {allow['Allow']}."), request.request_id)
    return replace(refused, headers={**refused.headers, **allow})


@cache
def _methods() -> dict[str, str]:
    # Made of the routes by `make api-docs`.
    return msgspec.json.decode((Path(__file__).parent / "methods.json").read_bytes(), type=dict[str, str])
