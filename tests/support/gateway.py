"""A stand-in for API Gateway on 127.0.0.1: the template's routes, the real handlers, a mocked AWS account behind them.

Run as a process of its own (`python -m support.gateway`), it prints its address and serves until its standard input
closes. A bearer token is a `Person` in base64, so a test can be anybody in any org without signing in.
"""

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.aws import CREDENTIALS, REPOSITORY, account, read_template
from support.calls import Context, Person, load


@dataclass(frozen=True)
class Route:
    """One path of the API: which function answers it, and whether a caller needs a token."""

    method: str
    pattern: re.Pattern[str]
    function: str
    public: bool


def routes() -> list[Route]:
    """Every route of `template.yaml` whose function exists; fixed paths before those with parameters."""
    found = [route for resource in read_template()["Resources"].values() for route in _routes_of(resource)]
    return sorted(found, key=lambda route: route.pattern.pattern.count("?P<"))


def _routes_of(resource: dict[str, Any]) -> Iterator[Route]:
    properties = resource.get("Properties", {})
    for event in properties.get("Events", {}).values() if resource["Type"] == "AWS::Serverless::Function" else ():
        function = properties["CodeUri"].removeprefix("functions/").strip("/")
        if event.get("Type") == "Api" and (REPOSITORY / "functions" / function / "app.py").exists():
            wanted = event["Properties"]
            pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", _group, re.escape(wanted["Path"]))
            public = wanted.get("Auth", {}).get("Authorizer") == "NONE"
            yield Route(wanted["Method"].upper(), re.compile(pattern), function, public)


def _group(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>.+)" if match[2] else f"(?P<{match[1]}>[^/]+)"


def token_for(person: Person) -> str:
    """A bearer token this gateway accepts as `person`."""
    return "test." + base64.urlsafe_b64encode(json.dumps(asdict(person)).encode()).decode().rstrip("=")


def _person_of(header: str) -> Person | None:
    encoded = header.removeprefix("Bearer test.")
    if encoded == header:
        return None
    try:
        return Person(**json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))))
    except (ValueError, TypeError):
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    table: tuple[Route, ...] = ()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        for route in self.table:
            match = route.pattern.fullmatch(parts.path)
            if match and route.method == self.command:
                self._answer(self._invoke(route, match.groupdict(), parts.query, body))
                return
        self._answer(_refusal(403, "missing_authentication_token", "There is no such path."))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - names the base class looks for

    def _invoke(self, route: Route, path: dict[str, str], query: str, body: bytes) -> dict[str, Any]:
        person = _person_of(self.headers.get("Authorization", ""))
        if person is None and not route.public:
            return _refusal(401, "not_authenticated", "Sign in first.")
        try:
            answer: dict[str, Any] = load(route.function).handler(self._event(path, query, body, person), Context())
        except Exception as failure:  # noqa: BLE001 - the gateway answers 502, as the real one
            return _refusal(502, "function_failed", f"{route.function}: {failure!r}")
        return answer

    def _event(self, path: dict[str, str], query: str, body: bytes, person: Person | None) -> dict[str, Any]:
        several = parse_qs(query, keep_blank_values=True)
        said = {"principalId": person.user, **asdict(person)} if person else None
        return {
            "httpMethod": self.command,
            "path": self.path,
            "headers": dict(self.headers.items()),
            "pathParameters": path or None,
            "queryStringParameters": {key: values[-1] for key, values in several.items()} or None,
            "multiValueQueryStringParameters": several or None,
            "body": body.decode() if body else None,
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "authorizer": said,
                "identity": {"sourceIp": self.client_address[0], "userAgent": self.headers.get("User-Agent", "")},
            },
        }

    def _answer(self, answer: dict[str, Any]) -> None:
        body = (answer.get("body") or "").encode()
        self.send_response(answer["statusCode"])
        for name, value in (answer.get("headers") or {}).items():
            self.send_header(name, value)
        if answer["statusCode"] != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing: the tests read this process's output."""


def _refusal(status: int, code: str, detail: str) -> dict[str, Any]:
    problem = {"status": status, "title": detail, "detail": detail, "code": code, "request_id": "gateway"}
    headers = {"Content-Type": "application/problem+json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(problem)}


def _one_at_a_time() -> None:
    """Let the mocked table take one call at a time: it copies itself for a transaction while other threads write."""
    from moto.dynamodb.responses import DynamoHandler

    inner, lock = DynamoHandler.call_action, threading.RLock()

    def call_action(handler: DynamoHandler) -> Any:
        with lock:
            return inner(handler)

    DynamoHandler.call_action = call_action  # type: ignore[method-assign]


def main() -> None:
    """Serve until standard input closes."""
    announce = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the functions log to standard output, which is for the address alone
    os.environ.update(CREDENTIALS)
    _one_at_a_time()
    with account() as environment:
        os.environ.update(environment)
        _Handler.table = tuple(routes())
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_address[1]}", file=announce, flush=True)
        sys.stdin.read()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start a gateway in a process of its own and give its address."""
    paths = [REPOSITORY / "tests", REPOSITORY / "layers" / "bootseal"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "support.gateway"]
    with (
        open(os.environ.get("GATEWAY_LOG", os.devnull), "w") as log,  # noqa: PTH123
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://"), "the gateway did not start; run it by hand: python -m support.gateway"
            yield address
        finally:
            process.stdin.close()
            process.wait(10)


if __name__ == "__main__":
    main()
