"""The mocked account behind a port, so that another process can use it and be killed while it does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from moto.core.models import botocore_stubber

from support.aws import REGION

_SERVICES = {"DynamoDB_20120810": "dynamodb", "TrentService": "kms"}
_ONE_AT_A_TIME = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service = _SERVICES[self.headers["X-Amz-Target"].partition(".")[0]]
        url = f"https://{service}.{REGION}.amazonaws.com/"
        asked = AWSPreparedRequest("POST", url, HeadersDict(dict(self.headers)), body, stream_output=False)
        with _ONE_AT_A_TIME:
            answer = botocore_stubber.process_request(asked)
        assert answer is not None
        status, headers, content = answer
        raw = content if isinstance(content, bytes) else content.encode()
        self.send_response(status)
        for name, text in headers.items():
            if name.lower() not in ("content-length", "server", "date", "connection"):
                self.send_header(name, str(text))
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the mocked account on this machine; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
