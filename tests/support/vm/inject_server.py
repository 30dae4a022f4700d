"""A small HTTP server that plays `POST /v1/inject`: real sealing, the rules of a boot token, and faults on demand."""

import base64
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bootseal.sealing import bundle_info, seal

TOKEN = "bsl1_made-up-boot-token-0123456789.abcdef"
Fault = Callable[["Handler"], None]


class Service(http.server.ThreadingHTTPServer):
    """What it injects, the faults it has left, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.environment: dict[str, str] = {"MADE_UP_KEY": "made-up-value-1", "PLAIN_DEFAULT": "made-up-default"}
        self.secrets: tuple[str, ...] = ("MADE_UP_KEY",)
        self.faults: list[Fault] = []
        self.bodies: list[dict[str, Any]] = []
        self.user_agents: list[str] = []
        self.bound: str | None = None
        self.change: Callable[[dict[str, Any]], None] = lambda _answer: None

    @property
    def url(self) -> str:
        """The address to give as --api-url."""
        return f"http://127.0.0.1:{self.server_port}/stage"

    def receipt(self) -> dict[str, Any]:
        """The value-free record of a boot."""
        entry = {"scope": "shared", "version": "v1", "status": "injected"}
        secrets = [{"name": name.lower(), "env_name": name, **entry} for name in self.secrets]
        return {
            "session_id": "s-1",
            "user": "u-1",
            "project": None,
            "environment": None,
            "vm_id": "vm",
            "secrets": secrets,
        }

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that have gone."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    server: Service
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.user_agents.append(self.headers["User-Agent"])
        if self.server.faults:
            self.server.faults.pop(0)(self)
        else:
            self.inject(body)

    def inject(self, body: Mapping[str, Any]) -> None:
        """Answer as the service does."""
        if self.path != "/stage/v1/inject" or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.problem(401, "token_invalid", "The boot token is not valid")
        elif self.server.bound not in (None, body["public_key"]):
            self.problem(401, "token_used", "The boot token has already been used")
        else:
            self.server.bound = body["public_key"]
            self.answer(200, self._bundle(body))

    def _bundle(self, body: Mapping[str, Any]) -> dict[str, Any]:
        clear = json.dumps(self.server.environment).encode()
        sealed = seal(base64.b64decode(body["public_key"]), clear, bundle_info(TOKEN))
        answer = {
            "session_id": "s-1",
            "receipt": self.server.receipt(),
            "sealed_env": base64.b64encode(sealed).decode(),
        }
        self.server.change(answer)
        return answer

    def problem(self, status: int, code: str, detail: str, *fields: str, **headers: str) -> None:
        """Answer with an RFC 9457 problem."""
        errors = [{"field": name, "message": "is required"} for name in fields]
        document = {"status": status, "title": detail, "detail": detail, "code": code, "request_id": "r-1"}
        self.answer(status, {**document, "errors": errors} if errors else document, **headers)

    def answer(self, status: int, document: Mapping[str, Any], **headers: str) -> None:
        """Answer with JSON."""
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


def drop(handler: Handler) -> None:
    """Close the connection without an answer, the request not carried out."""
    handler.close_connection = True


def drop_after(handler: Handler) -> None:
    """Carry the request out and lose the answer."""
    handler.server.bound = handler.server.bodies[-1]["public_key"]
    handler.close_connection = True


def half(handler: Handler) -> None:
    """Break off in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"receipt": {}')
    handler.close_connection = True


def status(code: int, **headers: str) -> Fault:
    """Answer with a status a gateway makes itself: no problem document."""
    return lambda handler: handler.answer(code, {"message": "made by the gateway"}, **headers)


def problem(code: int, name: str, detail: str, *fields: str) -> Fault:
    """Answer with a problem of the service."""
    return lambda handler: handler.problem(code, name, detail, *fields)


def silent(handler: Handler) -> None:
    """Never answer."""
    time.sleep(30)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """Send a byte now and then, so that no single read ever takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(300):
        handler.wfile.write(b" ")
        time.sleep(0.1)


@contextmanager
def running() -> Iterator[Service]:
    """Run the service for as long as the block."""
    service = Service()
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()
