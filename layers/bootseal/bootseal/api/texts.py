"""What the document says in words."""

from typing import Final

STATUS_TITLES: Final = {
    400: "The request cannot be read",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found, or not to be seen",
    409: "Clashes with what is there",
    412: "`If-Match` does not hold",
    413: "Too large",
    415: "Not JSON",
    422: "A field breaks a rule",
    429: "Too many requests",
    500: "Failed on our side",
    503: "A part of the service is out of reach",
    504: "Took too long",
}
HEADERS: Final = {
    "ETag": "The version, in double quotes, for `If-Match`.",
    "Location": "Path of what was made.",
    "X-Request-Id": "Names this request in the logs.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "The scheme to authenticate with.",
    "Cache-Control": "`no-store`, always.",
}
INTRODUCTION: Final = """\
Write-only secrets for cloud-agent VMs: stored through this API, put into a VM's environment at its boot, shown by no
call in between.

Callers send `Authorization: Bearer <access token>` of the OIDC issuer this service trusts; a VM sends its boot token
the same way to `POST /v1/inject`. Errors are RFC 9457 problem details: match on `code`, which never changes.
`{scope}` is `private` (always the caller's own), `shared` or `project:<slug>`.
"""
