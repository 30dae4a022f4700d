"""The calls commands make: JSON in, JSON out, failures as `ProblemError`."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from bootseal_cli.api.problems import problem_of
from bootseal_cli.api.transport import Answer, Transport
from bootseal_cli.failures import CliError

Document = dict[str, Any]
PAGE_SIZE = 200
"""The most items the API gives on one page: fewest round trips for a whole listing."""


class Credentials(Protocol):
    """Where the bearer token of each call comes from."""

    def bearer(self) -> str:
        """Return the token to send."""
        ...

    def renewed(self) -> bool:
        """Try to get a better token after a 401; return whether there is one now."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """The decoded document of a success and its ETag, if it has one."""

    document: Document
    etag: str | None


class Client:
    """The service, as one caller."""

    def __init__(self, transport: Transport, credentials: Credentials) -> None:
        self._transport = transport
        self._credentials = credentials

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Reply:
        """Read one document. Parameters that are None are left out; lists are given once for each item."""
        return self._call("GET", path + _query(query), repeatable=True)

    def post(self, path: str, body: Document, *, once: bool = False) -> Reply:
        """Send a document. With `once` an `Idempotency-Key` makes repeating it harmless, and so it is retried."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if once else {}
        return self._call("POST", path, body, headers, repeatable=once)

    def ask(self, path: str, body: Document) -> Reply:
        """Send a document that changes nothing, such as a dry run."""
        return self._call("POST", path, body, repeatable=True)

    def patch(self, path: str, body: Document, if_match: str | None = None) -> Reply:
        """Change part of a document, only while its version is `if_match` where that is given."""
        return self._call("PATCH", path, body, _if_match(if_match))

    def put(self, path: str, body: Document, if_match: str | None) -> Reply:
        """Put a whole document in place of that version, or where there is none if there was none."""
        return self._call("PUT", path, body, _if_match(if_match) or {"If-None-Match": "*"})

    def delete(self, path: str, if_match: str | None = None) -> Reply:
        """Remove what is at `path`."""
        return self._call("DELETE", path, None, _if_match(if_match))

    def pages(self, path: str, query: Mapping[str, object], limit: int | None = None) -> Document:
        """Read a listing to its end, or up to `limit` items; return it as one `{items, next_cursor}`.

        `next_cursor` is None when nothing was left out, so a shortened listing never looks whole.
        """
        items: list[Document] = []
        cursor: object = None
        while limit is None or len(items) < limit:
            size = PAGE_SIZE if limit is None else min(limit - len(items), PAGE_SIZE)
            page = self.get(path, {**query, "limit": size, "cursor": cursor}).document
            items += page.get("items", [])
            before, cursor = cursor, page.get("next_cursor")
            if not cursor:
                break
            if cursor == before:
                raise CliError("the service gave the same page twice; the listing would not be whole")
        return {"items": items, "next_cursor": cursor}

    def _call(
        self,
        method: str,
        path: str,
        body: Document | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = False,
    ) -> Reply:
        answer = self._exchange(method, path, body, headers or {}, repeatable)
        if answer.status == 401 and self._credentials.renewed():
            answer = self._exchange(method, path, body, headers or {}, repeatable)
        if not answer.ok:
            raise problem_of(answer)
        return Reply(_document(answer), answer.headers.get("etag"))

    def _exchange(
        self, method: str, path: str, body: Document | None, headers: Mapping[str, str], repeatable: bool
    ) -> Answer:
        sent = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._credentials.bearer()}",
            "User-Agent": user_agent(),
            **headers,
        }
        encoded = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            encoded = json.dumps(body).encode()
        return self._transport.exchange(method, path, headers=sent, body=encoded, repeatable=repeatable)


@cache
def user_agent() -> str:
    """Return what this program calls itself; audit events show it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"bootseal-cli/{version('bootseal')}"
    except PackageNotFoundError:
        return "bootseal-cli"


def _document(answer: Answer) -> Document:
    if answer.status == 204:
        return {}
    document = answer.json()
    if not isinstance(document, dict):
        raise CliError("the answer is not what a Bootseal service sends; check the address with `bootseal whoami`")
    return document


def _if_match(version: str | None) -> dict[str, str]:
    return {"If-Match": version} if version else {}


def _query(query: Mapping[str, object] | None) -> str:
    given = {key: value for key, value in (query or {}).items() if value is not None}
    return f"?{urlencode(given, doseq=True)}" if given else ""


def secret_path(scope: str, name: str, *more: str) -> str:
    """Return the path of one secret, each part escaped."""
    return "/".join(["/v1/secrets", *(quote(part, safe="") for part in (scope, name, *more))])


def environment_path(name: str, *more: str) -> str:
    """Return the path of one environment, each part escaped."""
    return "/".join(["/v1/environments", *(quote(part, safe="") for part in (name, *more))])
