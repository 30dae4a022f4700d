"""Breaking AWS calls one at a time, at botocore, in front of the mocked account."""

import copy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends

from bootseal import bootstrap
from support.aws import REGION, TABLE, scan

Do = Callable[[str, Any], AWSResponse | None]


def _error(request: Any, status: int, code: str) -> AWSResponse:
    body = json.dumps({"__type": f"com.amazonaws.{code}", "message": "made up by a test"}).encode()
    return _answer(request, status, body)


def _answer(request: Any, status: int, body: bytes) -> AWSResponse:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "made-up"}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]


_ONE_AT_A_TIME = threading.Lock()
_done: dict[str, bytes] = {}


def _carried_out(event: str, request: Any) -> AWSResponse:
    """The mocked account's answer. A transaction sent again is answered and not repeated, as DynamoDB does."""
    token = _transaction_token(event, request)
    if token in _done:
        return _answer(request, 200, _done[token])
    with _ONE_AT_A_TIME:  # moto copies its tables for a transaction and minds them changing meanwhile
        answer = botocore_stubber(event, request)
    assert answer is not None
    if token and answer.status_code == 200:
        _done[token] = answer.content
    return answer


def _transaction_token(event: str, request: Any) -> str:
    if not event.endswith("TransactWriteItems"):
        return ""
    return str(json.loads(request.body).get("ClientRequestToken", ""))


def _throttled(event: str, request: Any) -> AWSResponse:
    kind = "ProvisionedThroughputExceededException" if "dynamodb" in event else "ThrottlingException"
    return _error(request, 400, kind)


def _denied(_: str, request: Any) -> AWSResponse:
    return _error(request, 400, "AccessDeniedException")


def _disabled_key(_: str, request: Any) -> AWSResponse:
    return _error(request, 400, "DisabledException")


def _timed_out(_: str, request: Any) -> AWSResponse:
    raise ReadTimeoutError(endpoint_url=request.url)


def _dropped_after(event: str, request: Any) -> AWSResponse:
    _carried_out(event, request)
    raise ConnectionClosedError(endpoint_url=request.url)


def _cut_short(event: str, request: Any) -> AWSResponse:
    whole = _carried_out(event, request).content
    return _answer(request, 200, whole[: len(whole) // 2])


def _in_small_pages(event: str, request: Any) -> AWSResponse:
    asked = json.loads(request.body)
    request.body = json.dumps({**asked, "Limit": 1}).encode()
    return _carried_out(event, request)


@dataclass(frozen=True)
class Fault:
    """One way for a call to go wrong: `always` for every try of the SDK, or for the first one only."""

    name: str
    do: Do
    always: bool = True
    only: tuple[str, ...] = ()

    def fits(self, operation: str) -> bool:
        return not self.only or operation in self.only


_KMS = ("Sign", "GetPublicKey", "Encrypt", "Decrypt")
FAULTS = (
    Fault("throttled", _throttled),
    Fault("denied", _denied),
    Fault("timed out", _timed_out),
    Fault("dropped after, once", _dropped_after, always=False),
    Fault("dropped after", _dropped_after),
    Fault("cut short after", _cut_short),
    Fault("key disabled", _disabled_key, only=_KMS),
    Fault("small pages", _in_small_pages, only=("Query",)),
)


@dataclass
class Wire:
    """Between the functions' clients and the mocked account: counts calls, and breaks the one it is told to."""

    calls: list[str] = field(default_factory=list)
    sent: int = 0
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: tuple[str, int, Fault] | None = None
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _now: threading.local = field(default_factory=threading.local)

    def begin(self, broken: tuple[str, int, Fault] | None = None) -> None:
        self.calls, self.bodies, self._seen, self.broken = [], [], {}, broken

    def attach(self, client: Any) -> Any:
        client.meta.events.register_first("before-call", self._before_call)
        # Every handler of this event runs, whatever an earlier one answered: the mock must be asked by us alone.
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register_first("before-send", self._before_send)
        return client

    def _before_call(self, model: Any, **_: Any) -> None:
        with self._lock:
            number = self._seen.get(model.name, 0) + 1
            self._seen[model.name] = number
            self.calls.append(f"{model.name} {number}")
        self._now.call, self._now.tries = (model.name, number), 0

    def _before_send(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        self._now.tries += 1
        self.sent += 1
        self.bodies.append((self._now.call[0], json.loads(request.body)))
        if self.broken is None or self._now.call != self.broken[:2]:
            return _carried_out(event_name, request)
        fault = self.broken[2]
        if not fault.always and self._now.tries > 1:
            return _carried_out(event_name, request)
        return fault.do(event_name, request)


@contextmanager
def wired() -> Iterator[Wire]:
    """Clients that the functions make from now on go over a `Wire`; nobody sleeps between tries."""
    wire, make = Wire(), bootstrap.clients.aws_client
    with (
        mock.patch.object(bootstrap.clients, "aws_client", lambda service: wire.attach(make(service))),
        mock.patch("time.sleep"),
    ):
        bootstrap.reset()
        yield wire
    bootstrap.reset()


class Account:
    """The rows of the mocked account's table, kept and put back without going through any call."""

    def __init__(self) -> None:
        self._kept = copy.deepcopy(dict(self._table().items))

    def _table(self) -> Any:
        # Looked up each time: moto puts a copy in its place when a transaction fails.
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]

    def rows(self) -> list[dict[str, Any]]:
        """Every row as DynamoDB's low-level form has it."""
        return scan()

    def kept_rows(self) -> list[dict[str, Any]]:
        """The rows as they were when this was made."""
        self.put_back()
        return self.rows()

    def put_back(self) -> None:
        """The rows as they were when this was made."""
        items = self._table().items
        items.clear()
        items.update(copy.deepcopy(self._kept))


def forget_all_but_clients() -> None:
    """Functions as if just started, without the cost of new clients."""
    for name, made in list(vars(bootstrap).items()):
        if hasattr(made, "cache_clear") and name not in ("table", "kms", "settings"):
            made.cache_clear()
