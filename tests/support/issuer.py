"""An OIDC issuer of the tests: real keys, and a real HTTP server that gives out the public ones."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://issuer.example.test"
AUDIENCE = "bootseal-tests"


@dataclass(frozen=True)
class Key:
    """One signing key of an issuer."""

    key_id: str
    algorithm: str
    private: Any = field(repr=False)

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public half as RFC 7517 has it."""
        public = self.private.public_key()
        form: Any = {"R": RSAAlgorithm, "P": RSAAlgorithm, "E": ECAlgorithm}[self.algorithm[0]]
        if self.algorithm == "EdDSA":
            form = OKPAlgorithm
        document = json.loads(form.to_jwk(public))
        return {**document, "kid": self.key_id, "use": "sig", "alg": self.algorithm, **changes}


@cache
def key(key_id: str = "k1", algorithm: str = "RS256") -> Key:
    """A key of that name, the same one each time."""
    makers: dict[str, Callable[[], Any]] = {
        "RS": lambda: rsa.generate_private_key(65537, 2048),
        "PS": lambda: rsa.generate_private_key(65537, 2048),
        "ES": lambda: ec.generate_private_key(ec.SECP384R1() if algorithm == "ES384" else ec.SECP256R1()),
        "Ed": ed25519.Ed25519PrivateKey.generate,
    }
    return Key(key_id, algorithm, makers[algorithm[:2]]())


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good access token; a change to None takes a claim out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "alice",
        "org": "acme",
        "scope": "secrets:read secrets:manage",
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(signed_by: Key | None = None, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    """An access token."""
    by = signed_by or key()
    # As bytes: PyJWT refuses to make some of the tokens it must refuse to take.
    body = json.dumps(claims(**changes)).encode()
    return jwt.PyJWS().encode(body, by.private, by.algorithm, headers={"kid": by.key_id, **(headers or {})})


@dataclass
class KeyServer:
    """What the issuer's key address says, to be changed by the test."""

    url: str = ""
    keys: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    calls: int = 0

    def document(self) -> bytes:
        return self.body if self.body is not None else json.dumps({"keys": self.keys}).encode()


@contextmanager
def key_server(*keys: dict[str, Any]) -> Iterator[KeyServer]:
    """Serve a key set on this machine."""
    served = KeyServer(keys=list(keys))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.calls += 1
            body = served.document()
            self.send_response(served.status)
            for name, text in served.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}/jwks.json"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
