"""Up, down and reset, one at a time."""

import contextlib
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from types import FrameType

from bootseal_cli.failures import CliError
from bootseal_cli.local import building, console, emulator, seeding, toolbox
from bootseal_cli.local.emulator import Emulator
from bootseal_cli.local.places import Places
from bootseal_cli.local.seeding import StackFile
from bootseal_cli.local.steps import step, tail

_WATCH_SECONDS = 0.5


def up(places: Places, port: int) -> tuple[Emulator, StackFile]:
    """Bring the stack up to date with the checkout and return it; what is up to date already is left alone."""
    places.make()
    with _alone(places):
        _check_free(places, port)
        toolbox.make_tools(places)
        console.build_console(places)
        built = building.build(places)
        running = _started(places, port)
        building.deploy(places, running, built)
        return running, seeding.seed(places, running)


def down(places: Places) -> bool:
    """Stop the stack and keep its data; False where it was not running."""
    if not places.folder.is_dir():
        return False
    with _alone(places):
        return _stopped(places)


def reset(places: Places) -> None:
    """Stop the stack and remove everything it made, builds excepted."""
    down(places)
    shutil.rmtree(places.state, ignore_errors=True)
    places.stack_file.unlink(missing_ok=True)


def watch(places: Places, running: Emulator) -> None:
    """Wait until somebody ends this process, then stop the stack; CliError where the emulator ends by itself."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        while emulator.is_alive(running):
            time.sleep(_WATCH_SECONDS)
    except KeyboardInterrupt:
        down(places)
        return
    if places.running.exists():
        raise CliError(f"the emulator has ended; the end of its log:\n{tail(places.logs / 'emulator.log')}")


def _check_free(places: Places, port: int) -> None:
    """Raise CliError where another port or program is in the way: told before a build of minutes, not after it."""
    running = emulator.find(places)
    if running is None:
        emulator.check_port(port)
    elif running.port != port:
        raise CliError(f"the stack is running on port {running.port}; `make down` it before it can move to {port}")


def _started(places: Places, port: int) -> Emulator:
    running = emulator.find(places)
    if running is not None:
        return running
    with step(f"starting the AWS emulator on 127.0.0.1:{port}"):
        return emulator.start(places, port)


def _stopped(places: Places) -> bool:
    running = emulator.find(places)
    if running is None:
        places.running.unlink(missing_ok=True)
        return False
    with step("saving the data and stopping the AWS emulator"):
        emulator.stop(places, running)
    return True


@contextlib.contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Keep two of us from working on one stack at a time."""
    descriptor = os.open(places.folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CliError("another `bootseal local` is at work on this stack; wait for it to finish") from None
    try:
        yield
    finally:
        os.close(descriptor)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
