"""API Gateway's events in, its answers out: the same manners for every function.

An endpoint is a function from `Request` to `Response`. The decorator turns every error into RFC 9457
`application/problem+json` and puts the common headers on every answer.
"""

from bootseal.http.answers import STATUS, Response, problem, status_of
from bootseal.http.endpoints import Handler, endpoint
from bootseal.http.requests import BODY_MAX_BYTES, Request

__all__ = ["BODY_MAX_BYTES", "STATUS", "Handler", "Request", "Response", "endpoint", "problem", "status_of"]
