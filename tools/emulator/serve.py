"""Runs the local AWS emulator (ministack) on the loopback interface, with what it leaves out and Bootseal relies on.

    serve.py PORT STATE_DIR

What AWS does and the emulator does not is in `fidelity.py`. What AWS has no need of is here: functions take turns, and
the state is written to disk while it runs and not only at an orderly end, so that a killed machine loses seconds of
work and not all of it.
"""

import asyncio
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import fidelity
from layers import share_layers

SAVE_EVERY_SECONDS = 10.0
CODE_STATES = ("lambda", "cloudformation")
DATA_TARGETS = (b"DynamoDB_", b"TrentService.", b"Logs_", b"AWSCognitoIdentityProviderService.")
"""First letters of `X-Amz-Target` of the services that change data and no code: DynamoDB, KMS, logs, Cognito."""

IDENTITY_PATH = "/_bootseal/emulator"


def configure(port: int, state: Path) -> None:
    """Set the emulator's environment; it reads it when it is imported."""
    # Unpacked functions of an earlier run; nothing that lasts is kept there.
    shutil.rmtree(state / "tmp", ignore_errors=True)
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


def one_at_a_time(emulator: Any) -> None:
    """Keep the emulator's own save at its end from writing the files that the saver is just writing."""
    lock, original = threading.Lock(), emulator.save_all

    def save_all(services: dict[str, Any]) -> None:
        with lock:
            original(services)

    emulator.save_all = save_all


def take_turns() -> None:
    """Let no more functions run at a time than this machine has use for; the others wait for their turn.

    The emulator starts a process for every call that finds none idle. Fifty calls at once would start fifty, and on a
    laptop they would all be late. On AWS they would not share a machine.
    """
    from ministack.services import lambda_svc

    turns = threading.BoundedSemaphore(max(8, 4 * (os.cpu_count() or 1)))
    original = lambda_svc._execute_function_warm

    def execute(func: dict[str, Any], event: Any, request_id: str) -> Any:
        with turns:
            return original(func, event, request_id)

    lambda_svc._execute_function_warm = execute


class Saver:
    """Writes the emulator's state to disk every few seconds in which it was asked to change something.

    Answers one address of its own, so that who started it can tell it from another emulator on the same port.
    """

    def __init__(self, app: Any, state: Path) -> None:
        """Stand in front of `app`, an ASGI application."""
        self.app = app
        self._identity = json.dumps({"pid": os.getpid(), "state": str(state)}).encode()
        self._changed = threading.Event()
        self._code_changed = threading.Event()
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
                self._note(scope)
            if scope["type"] == "lifespan":
                self._stopped.set()

    def _note(self, scope: dict[str, Any]) -> None:
        target = dict(scope["headers"]).get(b"x-amz-target", b"")
        if not scope["path"].startswith("/_aws/execute-api/") and not target.startswith(DATA_TARGETS):
            self._code_changed.set()
        self._changed.set()

    def start(self) -> None:
        """Start saving, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="bootseal-saver", daemon=True).start()

    def _run(self) -> None:
        from ministack import app as emulator

        one_at_a_time(emulator)
        while not self._stopped.wait(SAVE_EVERY_SECONDS):
            if self._changed.is_set():
                services = emulator._build_persistence_save_dict()
                # Tens of megabytes that only a deployment changes.
                skipped = () if self._code_changed.is_set() else CODE_STATES
                self._changed.clear()
                self._code_changed.clear()
                emulator.save_all({name: get for name, get in services.items() if name not in skipped})


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
    fidelity.install()
    share_layers(state / "tmp" / "layers")
    take_turns()
    serve(port, state)


if __name__ == "__main__":
    main()
