"""Waits for the browser to come back: on a port of this machine, or as an address pasted by hand."""

import contextlib
import selectors
import sys
import time
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlsplit

from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.identity.pkce import Attempt, belongs_to, code_from

CALLBACK_PATH = "/callback"
WAIT_SECONDS = 300
_REQUEST_SECONDS = 5

_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bootseal</title>'
    '<body style="font: 1.1rem system-ui; margin: 4rem auto; max-width: 30rem"><h1>{title}</h1><p>{text}</p></html>'
)
_DONE = _PAGE.format(title="Signed in", text="You can close this tab and go back to the terminal.")
_FAILED = _PAGE.format(title="Not signed in", text="The terminal says why. You can close this tab.")


class Receiver(TCPServer):
    """A web server on the loopback interface that waits for the redirect of one attempt."""

    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        """Listen on `port`, or on a free one for 0. Raises CliError where the port is taken."""
        self.attempt: Attempt | None = None
        self.redirected_to: str | None = None
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError:
            raise CliError(
                f"port {port} is taken, so the browser could not come back; close what uses it, or choose another "
                "registered port with --redirect-port"
            ) from None

    @property
    def redirect_uri(self) -> str:
        """The address the issuer sends the browser back to. `localhost` is the http host Cognito lets one register."""
        return f"http://localhost:{self.server_address[1]}{CALLBACK_PATH}"

    def wait(self, attempt: Attempt, typed: bool) -> str:
        """Return the code of `attempt`. With `typed`, an address pasted on standard input is taken as well.

        Raises CliError (exit 3) for a refusal, and after `WAIT_SECONDS`.
        """
        self.attempt = attempt
        deadline = time.monotonic() + WAIT_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            if typed:
                _watch_stdin(selector)
            while self.redirected_to is None and (left := deadline - time.monotonic()) > 0:
                self._take(selector.select(left), selector)
        if self.redirected_to is None:
            raise CliError(f"nobody signed in within {WAIT_SECONDS // 60} minutes; run it again", EXIT_NOT_ALLOWED)
        return code_from(attempt, self.redirected_to)

    def _take(self, ready: list[tuple[selectors.SelectorKey, int]], selector: selectors.BaseSelector) -> None:
        for key, _ in ready:
            if key.fileobj is self.socket:
                self.handle_request()
                continue
            line = sys.stdin.readline()
            if line.strip():
                self.redirected_to = line.strip()
            elif not line:
                selector.unregister(key.fileobj)

    def offer(self, path: str) -> bool:
        """Take a request's path as the answer if it belongs to the attempt; return whether it brought a code.

        Anything else on this machine may knock here; what does not know our state is turned away, and we go on waiting.
        """
        if self.attempt is None or urlsplit(path).path != CALLBACK_PATH or not belongs_to(self.attempt, path):
            return False
        self.redirected_to = path
        with contextlib.suppress(CliError):
            return bool(code_from(self.attempt, path))
        return False


class _Handler(BaseHTTPRequestHandler):
    timeout = _REQUEST_SECONDS
    server: Receiver

    def do_GET(self) -> None:
        done = self.server.offer(self.path)
        body = (_DONE if done else _FAILED).encode()
        self.send_response(200 if done else 400)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Stay silent: the request line has the code in it."""


def _watch_stdin(selector: selectors.BaseSelector) -> None:
    # A file or /dev/null on standard input cannot be waited for, and nobody pastes into one.
    with contextlib.suppress(OSError, ValueError):
        selector.register(sys.stdin, selectors.EVENT_READ)
