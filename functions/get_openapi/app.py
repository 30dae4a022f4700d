"""GET /openapi.json: the file beside this module, made at build time (`make api-docs`)."""

from functools import cache
from pathlib import Path

import msgspec

from bootseal.http import Request, Response, endpoint


@endpoint
def handler(request: Request) -> Response:
    """The OpenAPI document of this API."""
    request.check_query()
    return Response(200, _document())


@cache
def _document() -> msgspec.Raw:
    return msgspec.Raw((Path(__file__).parent / "openapi.json").read_bytes())
