"""Stands where API Gateway and Lambda stand: HTTP in, the real `boot_inject` handler, HTTP out.

    python -m common.front

Prints the port it listens on. One process, warm from its second request on, as an execution environment is; it takes
its settings from the environment. `POST /forget` makes it as new: no client, no key, nothing read before.
"""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from common.stack import use_tests_support

use_tests_support()

from bootseal import bootstrap  # noqa: E402
from support.calls import Context, event_for, load  # noqa: E402


class Front(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/forget":
            bootstrap.reset()
            self._send(200, b"{}")
            return
        event = {**event_for("boot_inject"), "body": body.decode(), "headers": dict(self.headers.items())}
        answer = load("boot_inject").handler(event, Context())
        self._send(answer["statusCode"], answer["body"].encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until ended."""
    server = HTTPServer(("127.0.0.1", 0), Front)
    print(json.dumps(server.server_port), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
