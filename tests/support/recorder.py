"""A service that answers as told, and a proxy that shows what is sent: for what a client must do about either."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    """One answer to give; status 0 drops the connection instead."""

    status: int
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """Everything that arrived."""

    address: str = ""
    calls: list[Call] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        return [call.body for call in self.calls]


@contextlib.contextmanager
def answering(tell: Callable[[Call], Told]) -> Iterator[Seen]:
    """Serve what `tell` says to each call."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            seen.calls.append(call)
            told = tell(call)
            if not told.status:
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            if told.status != 204:
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - names the base class looks for

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    seen.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def recording(target: str) -> Iterator[Seen]:
    """Pass every call on to `target` and keep what was sent."""
    http = urllib3.PoolManager(retries=False)
    kept = ("authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "user-agent")

    def pass_on(call: Call) -> Told:
        headers = {name: call.headers[name] for name in kept if name in call.headers}
        answer = http.request(call.method, target + call.path, body=call.body or None, headers=headers)
        back = {name: value for name, value in answer.headers.items() if name.lower() in {"etag", "content-type"}}
        return Told(answer.status, answer.data, back)

    with answering(pass_on) as seen:
        yield seen
    http.clear()
