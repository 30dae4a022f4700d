"""The emulator's process: started apart from its terminal, found again, and ended so that it saves its state."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass

import urllib3

from bootseal_cli.failures import CliError
from bootseal_cli.local.places import Places
from bootseal_cli.local.steps import tail
from bootseal_cli.local.toolbox import plain_environment, tool

IDENTITY_PATH = "/_bootseal/emulator"
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Emulator:
    """A started emulator."""

    pid: int
    port: int

    @property
    def endpoint(self) -> str:
        """The address of every AWS service on it."""
        return f"http://127.0.0.1:{self.port}"


def find(places: Places) -> Emulator | None:
    """Return this stack's emulator where it runs: it answers on its port and says it is the one we started."""
    try:
        emulator = Emulator(**json.loads(places.running.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return emulator if _answers(emulator, places) else None


def start(places: Places, port: int) -> Emulator:
    """Start the emulator and return when it answers; CliError where the port is taken or it ends at once."""
    check_port(port)
    log = places.logs / "emulator.log"
    command = [tool(places, "emulator", "python"), places.root / "tools" / "emulator" / "serve.py", port, places.state]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [str(part) for part in command],
            cwd=places.folder,
            env=plain_environment(places),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    emulator = Emulator(process.pid, port)
    places.running.write_text(json.dumps(asdict(emulator)))
    _wait_for_answer(emulator, process, places)
    return emulator


def stop(places: Places, emulator: Emulator) -> None:
    """End the emulator in order, so that it saves its state, and see it gone with all its workers."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(emulator.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while is_alive(emulator) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    # It leads a process group of its own; what is left of it are workers that missed the end.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(emulator.pid, signal.SIGKILL)
    shutil.rmtree(places.state / "tmp", ignore_errors=True)
    places.running.unlink(missing_ok=True)


def is_alive(emulator: Emulator) -> bool:
    """Say whether the process is still there, reaping it where it was our child."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(emulator.pid, os.WNOHANG)[0] == emulator.pid:
            return False
    try:
        os.kill(emulator.pid, 0)
    except ProcessLookupError:
        return False
    return True


def check_port(port: int) -> None:
    """Raise CliError where `port` is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CliError(
                f"port {port} of 127.0.0.1 is in use by another program; end it, or choose another port: "
                f"`make up PORT={port + 1}` or `bootseal local up --port {port + 1}`"
            ) from None


def _wait_for_answer(emulator: Emulator, process: subprocess.Popen[bytes], places: Places) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(emulator, places):
        if process.poll() is not None or time.monotonic() > deadline:
            log = places.logs / "emulator.log"
            stop(places, emulator)
            raise CliError(f"the emulator did not start; the end of {log}:\n{tail(log)}")
        time.sleep(_POLL_SECONDS)


def _answers(emulator: Emulator, places: Places) -> bool:
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(5.0), retries=False)
    try:
        answer = pool.request("GET", f"{emulator.endpoint}{IDENTITY_PATH}")
        return bool(answer.json() == {"pid": emulator.pid, "state": str(places.state)})
    except (urllib3.exceptions.HTTPError, ValueError):
        return False
