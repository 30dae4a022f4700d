"""Runs the local AWS emulator (ministack) on the loopback interface, with what it leaves out and Bootseal relies on.

    serve.py PORT STATE_DIR

AWS does each of these, so the template and the functions need nothing special for the local stack:

- `kms:EncryptionContext:<key>` and `kms:EncryptionContextKeys` as condition keys, so that "only in Bootseal's context"
  in a policy is enforced and not merely read;
- the gateway responses of a REST API's OpenAPI body.

And one it does not: the state is written to disk while it runs, and not only at an orderly end, so that a killed
machine loses seconds of work rather than all of it.
"""

import asyncio
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

SAVE_EVERY_SECONDS = 10.0
IDENTITY_PATH = "/_bootseal/emulator"


def configure(port: int, state: Path) -> None:
    """Set the emulator's environment; it reads it when it is imported."""
    for folder in ("services", "objects", "tmp"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    os.environ.update(
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AUTH="true",
        PERSIST_STATE="1",
        STATE_DIR=str(state / "services"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state / "objects"),
        TMPDIR=str(state / "tmp"),
        # Listeners nobody here needs.
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="WARNING",
    )
    # A function's own calls go to this emulator, whatever the shell that started it points at.
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_PROFILE", "PYTHONPATH", "PYTHONHOME"):
        os.environ.pop(name, None)


def kms_condition_keys(body: bytes) -> dict[str, Any]:
    """The condition keys a KMS request carries: one per entry of its encryption context, and the list of their names.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    try:
        context = json.loads(body).get("EncryptionContext")
    except (ValueError, AttributeError):
        context = None
    if not isinstance(context, dict) or not context:
        return {}
    keys: dict[str, Any] = {f"kms:EncryptionContext:{key}": str(value) for key, value in context.items()}
    return keys | {"kms:EncryptionContextKeys": [str(key) for key in context]}


def add_kms_condition_keys() -> None:
    """Let the policy evaluator see a KMS request's encryption context."""
    from ministack.core import iam_actions

    original = iam_actions.request_tag_context

    def with_kms(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        keys = original(service, iam_action, body, params)
        return keys | kms_condition_keys(body) if service == "kms" else keys

    iam_actions.request_tag_context = with_kms


def add_gateway_responses() -> None:
    """Import the gateway responses of an OpenAPI body, as CloudFormation's PutRestApi does."""
    from ministack.services import apigateway_v1

    original = apigateway_v1._import_rest_api

    def with_responses(spec: dict[str, Any], base_data: dict[str, Any] | None = None) -> str:
        api_id: str = original(spec, base_data)
        for response_type, response in (spec.get("x-amazon-apigateway-gateway-responses") or {}).items():
            status, _, answer = apigateway_v1._put_gateway_response(api_id, response_type, response)
            if status >= 400:
                raise ValueError(f"gateway response {response_type}: {answer!r}")
        return api_id

    apigateway_v1._import_rest_api = with_responses


def one_at_a_time(emulator: Any) -> None:
    """Keep the emulator's own save at its end from writing the files that the saver is just writing."""
    lock, original = threading.Lock(), emulator.save_all

    def save_all(services: dict[str, Any]) -> None:
        with lock:
            original(services)

    emulator.save_all = save_all


class Saver:
    """Writes the emulator's state to disk every few seconds in which it was asked to change something.

    Answers one address of its own, so that who started it can tell it from another emulator on the same port.
    """

    def __init__(self, app: Any, state: Path) -> None:
        """Stand in front of `app`, an ASGI application."""
        self.app = app
        self._identity = json.dumps({"pid": os.getpid(), "state": str(state)}).encode()
        self._changed = threading.Event()
        self._stopped = threading.Event()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, noting those that may change the state."""
        if scope["type"] == "http" and scope["path"] == IDENTITY_PATH:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": self._identity})
            return
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] != "GET":
                self._changed.set()
            if scope["type"] == "lifespan":
                self._stopped.set()

    def start(self) -> None:
        """Start saving, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="bootseal-saver", daemon=True).start()

    def _run(self) -> None:
        from ministack import app as emulator

        one_at_a_time(emulator)
        while not self._stopped.wait(SAVE_EVERY_SECONDS):
            if self._changed.is_set():
                self._changed.clear()
                emulator.save_all(emulator._build_persistence_save_dict())


def serve(port: int, state: Path) -> None:
    """Serve until a signal ends it; the emulator saves its state on the way out."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config
    from ministack.app import app

    saver = Saver(app, state)
    saver.start()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(hypercorn_serve(saver, config))  # type: ignore[arg-type]


def main() -> None:
    """Configure, add what is missing, serve."""
    port, state = int(sys.argv[1]), Path(sys.argv[2])
    configure(port, state)
    add_kms_condition_keys()
    add_gateway_responses()
    serve(port, state)


if __name__ == "__main__":
    main()
