"""Breaking AWS calls one at a time, at botocore, in front of the mocked account."""

import base64
import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.retries.quota import RetryQuota
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends

from bootseal import bootstrap
from support.aws import REGION, TABLE
from support.fault_kinds import Fault, carried_out


@dataclass
class Wire:
    """Between the functions' clients and the mocked account: counts calls, and breaks the one it is told to.

    `out`: a service (`dynamodb`, `kms`) that is out altogether, and how that shows.
    """

    calls: list[str] = field(default_factory=list)
    sent: int = 0
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: tuple[str, int, Fault] | None = None
    out: tuple[str, Fault] | None = None
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
        if self.out is not None and f".{self.out[0]}." in event_name:
            return self.out[1].do(event_name, request)
        if self.broken is None or self._now.call != self.broken[:2]:
            return carried_out(event_name, request)
        fault = self.broken[2]
        if not fault.always and self._now.tries > 1:
            return carried_out(event_name, request)
        return fault.do(event_name, request)


@contextmanager
def wired() -> Iterator[Wire]:
    """Clients that the functions make from now on go over a `Wire`; nobody sleeps between tries."""
    wire, make = Wire(), bootstrap.clients.aws_client
    with (
        mock.patch.object(bootstrap.clients, "aws_client", lambda service: wire.attach(make(service))),
        mock.patch("time.sleep"),
        # Every case stands for a function just started, whose client has all its tries left.
        mock.patch.object(RetryQuota, "acquire", return_value=True),
    ):
        bootstrap.reset()
        yield wire
    bootstrap.reset()


def _plain(attribute: Any) -> dict[str, Any]:
    """An attribute of the mock's as a client gets it."""
    kind, content = attribute.type, attribute.value
    if kind == "M":
        content = {name: _plain(part) for name, part in content.items()}
    elif kind == "L":
        content = [_plain(part) for part in content]
    elif kind == "B":
        content = content if isinstance(content, bytes) else base64.b64decode(content)
    return {kind: content}


class Account:
    """The rows of the mocked account's table, kept and put back without going through any call."""

    def __init__(self) -> None:
        self._kept = copy.deepcopy(dict(self._table().items))

    def _table(self) -> Any:
        # Looked up each time: moto puts a copy in its place when a transaction fails.
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]

    def rows(self) -> list[dict[str, Any]]:
        """Every row as DynamoDB's low-level form has it, without the cost of a Scan's answer."""
        partitions = self._table().items.values()
        items = [item.attrs for partition in partitions for item in partition.values()]
        return [{name: _plain(attribute) for name, attribute in item.items()} for item in items]

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
