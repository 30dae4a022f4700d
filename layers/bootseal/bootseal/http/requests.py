"""Requests: what API Gateway says of one, checked where it is read."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from bootseal.errors import InvalidRequest, NotAuthenticated, PayloadTooLarge
from bootseal.media_type import check_json
from bootseal.model import Caller
from bootseal.strict_json import parse

BODY_MAX_BYTES: Final = 5_000_000
"""Largest body accepted; Lambda itself takes 6 MB with its envelope."""

_IDEMPOTENCY_KEY = re.compile("[!-~]{1,128}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One REST API proxy event (payload format 1.0)."""

    event: Mapping[str, Any] = field(repr=False)

    @property
    def request_id(self) -> str:
        """API Gateway's id of this request."""
        return str(self._context.get("requestId") or "unknown")

    @property
    def caller(self) -> Caller:
        """Who the authorizer says is asking. Raises `NotAuthenticated` where no authorizer spoke."""
        said = self._context.get("authorizer") or {}
        if not said.get("org") or not said.get("user"):
            raise NotAuthenticated("This call needs a bearer token in the Authorization header.")
        return Caller(
            org=said["org"],
            user=said["user"],
            permissions=frozenset(str(said.get("permissions", "")).split()),
            projects=_projects(str(said.get("projects", ""))),
            source_ip=self.source_ip,
            user_agent=self.user_agent,
        )

    @property
    def source_ip(self) -> str:
        """The address API Gateway saw."""
        return str((self._context.get("identity") or {}).get("sourceIp") or "")

    @property
    def user_agent(self) -> str:
        """What the client calls itself: at most 200 printable ASCII characters."""
        return "".join(c for c in (self.header("User-Agent") or "")[:200] if " " <= c <= "~")

    @property
    def is_authenticated(self) -> bool:
        """Whether the authorizer says who is asking."""
        said = self._context.get("authorizer")
        return isinstance(said, Mapping) and bool(said.get("org") and said.get("user"))

    @property
    def path_parameters(self) -> Mapping[str, str]:
        """All path parameters, percent-decoded."""
        given = self.event.get("pathParameters")
        return {name: unquote(str(text)) for name, text in given.items()} if isinstance(given, Mapping) else {}

    def path(self, name: str) -> str:
        """A path parameter, percent-decoded."""
        return self.path_parameters.get(name, "")

    def query(self, name: str) -> str | None:
        """A query parameter, None where absent. Raises `InvalidRequest` where it is given twice."""
        several = (self.event.get("multiValueQueryStringParameters") or {}).get(name) or []
        if len(several) > 1:
            raise InvalidRequest.of_field(name, "is given more than once")
        found = (self.event.get("queryStringParameters") or {}).get(name)
        return None if found is None else str(found)

    def query_all(self, name: str) -> tuple[str, ...]:
        """Every value of a query parameter that may be given more than once."""
        several = (self.event.get("multiValueQueryStringParameters") or {}).get(name) or ()
        return tuple(map(str, several))

    def query_text(self, name: str) -> str | None:
        """A query parameter, None where it is absent or empty."""
        return self.query(name) or None

    def check_query(self, *known: str) -> None:
        """Raise `InvalidRequest` for a query parameter this call does not know."""
        for name in self.event.get("queryStringParameters") or {}:
            if name not in known:
                raise InvalidRequest(f"This call has no such query parameter; it knows {', '.join(known) or 'none'}.")

    def query_int(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between `low` and `high`. Raises `InvalidRequest`."""
        text = self.query(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise InvalidRequest.of_field(name, f"must be a whole number from {low} to {high}")
        return int(text)

    def header(self, name: str) -> str | None:
        """A header, whatever the case of its name."""
        for key, value in (self.event.get("headers") or {}).items():
            if key.lower() == name.lower():
                return str(value)
        return None

    @property
    def authorization(self) -> str:
        """The `Authorization` header, empty without one. Raises `NotAuthenticated` where it is given twice."""
        several = self.event.get("multiValueHeaders") or {}
        given = [text for name, texts in several.items() if name.lower() == "authorization" for text in texts]
        if len(given) > 1:
            raise NotAuthenticated("Send one Authorization header.")
        return self.header("Authorization") or ""

    @property
    def if_match(self) -> str | None:
        """The version that `If-Match` names, `*`, or None without the header. Raises `InvalidRequest`."""
        given = self.header("If-Match")
        if given is None or given.strip() == "*":
            return given and "*"
        tag = given.strip()
        if len(tag) < 3 or tag[0] != '"' or tag[-1] != '"' or '"' in tag[1:-1]:
            raise InvalidRequest.of_field("If-Match", 'must be one ETag in double quotes, as the API gave it, or "*"')
        return tag[1:-1]

    @property
    def only_new(self) -> bool:
        """Whether `If-None-Match: *` asks that nothing be replaced (RFC 9110 section 13.1.2).

        Raises `InvalidRequest` for anything else in that header.
        """
        given = self.header("If-None-Match")
        if given is not None and given.strip() != "*":
            raise InvalidRequest.of_field("If-None-Match", 'must be "*": only if there is nothing of this name yet')
        return given is not None

    @property
    def idempotency_key(self) -> str | None:
        """The `Idempotency-Key`, None without the header. Raises `InvalidRequest`."""
        given = self.header("Idempotency-Key")
        if given is not None and not _IDEMPOTENCY_KEY.fullmatch(given):
            raise InvalidRequest.of_field("Idempotency-Key", "must be 1 to 128 printable ASCII characters, no space")
        return given

    def body(self, shape: type[T]) -> T:
        """The JSON body as a `shape`.

        Raises `InvalidRequest`, `UnknownField`, `PayloadTooLarge`, `UnsupportedMediaType`.
        """
        check_json(self.header("Content-Type"))
        known = ", ".join(getattr(shape, "__struct_encode_fields__", ()))
        return parse(self.raw_body(), shape, known)

    def raw_body(self) -> bytes:
        """The body's bytes. Raises `InvalidRequest`, `PayloadTooLarge`."""
        text = self.event.get("body") or ""
        if len(text) > BODY_MAX_BYTES * 4 // 3 + 4:
            raise PayloadTooLarge(f"The body is over {BODY_MAX_BYTES} bytes.")
        raw = _decoded(text) if self.event.get("isBase64Encoded") else text.encode(errors="surrogatepass")
        if len(raw) > BODY_MAX_BYTES:
            raise PayloadTooLarge(f"The body is over {BODY_MAX_BYTES} bytes.")
        if not raw.strip():
            raise InvalidRequest("This call needs a JSON object as its body.")
        if "\ufffd" in text and self._is_mended(raw):
            raise InvalidRequest("The body is not valid JSON in UTF-8.")
        return raw

    def _is_mended(self, raw: bytes) -> bool:
        """Whether the gateway put U+FFFD where the bytes were no UTF-8: the body is then longer than what was sent.

        Stored like that, a value would be another one than the caller's. Only told where the length is passed on.
        """
        told = self.header("Content-Length") or ""
        return told.isdecimal() and int(told) != len(raw) and self.header("Content-Encoding") is None

    @property
    def _context(self) -> Mapping[str, Any]:
        said = self.event.get("requestContext")
        return said if isinstance(said, Mapping) else {}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error, or characters that are not ASCII at all
        raise InvalidRequest("The body cannot be decoded.") from None


def _projects(text: str) -> frozenset[str] | None:
    return None if text == "*" else frozenset(filter(None, text.split(",")))
