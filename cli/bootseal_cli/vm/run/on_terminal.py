"""A program at a terminal: it gets a terminal of its own, and the user notices nothing but the masks."""

import contextlib
import os
import signal
import threading

from bootseal_cli.vm.redactor.redactor import Redactor
from bootseal_cli.vm.run.monitor import ENDED, Wiring, resume, start_monitor
from bootseal_cli.vm.run.program import Program, SignalMask, exit_code, started
from bootseal_cli.vm.run.relay import CHUNK, Stream, close_quietly, relay_ready, relay_rest, write_all
from bootseal_cli.vm.run.signals import SignalWatch
from bootseal_cli.vm.run.window import RawMode, copy_size, twin_terminal

_STDIN, _STDOUT, _STDERR = 0, 1, 2

LAST_SECONDS = 0.1
"""How long to wait for the last output: the kernel hands a terminal's output over in the background."""

STOP_SECONDS = 0.1
"""How long to wait for being stopped; where nobody could continue us, the kernel does not stop us at all."""


def run_on_terminal(program: Program, redactor: Redactor) -> int:
    """Run the program and return its exit code. Raises CliError where it cannot be started."""
    continued = threading.Event()
    watch = SignalWatch(continued)
    session = _start(program, redactor, watch.mask_before, continued)
    watch.start(session.received)
    session.raw.enter()
    try:
        return session.attend(watch)
    finally:
        session.raw.leave()


def _start(program: Program, redactor: Redactor, mask: SignalMask, continued: threading.Event) -> "_Session":
    ours, theirs = twin_terminal(_STDIN)
    stderr, stderr_write = (None, theirs) if os.isatty(_STDERR) else os.pipe()
    events, events_write = os.pipe()
    orders_read, orders = os.pipe()
    report, report_write = os.pipe()
    start_monitor(program, Wiring(theirs, stderr_write, events_write, orders_read, report_write), mask)
    close_quietly(theirs, stderr_write, events_write, orders_read, report_write)
    started(program, report)
    screen = Stream(ours, _STDOUT, redactor.masker(), interactive=True)
    errors = [] if stderr is None else [Stream(stderr, _STDERR, redactor.masker())]
    return _Session(screen, errors, events, orders, continued, redactor)


class _Session:
    def __init__(
        self,
        screen: Stream,
        errors: list[Stream],
        events: int,
        orders: int,
        continued: threading.Event,
        redactor: Redactor,
    ) -> None:
        self.raw = RawMode(_STDIN)
        self._continued = continued
        self._screen = screen
        self._streams = [screen, *errors]
        self._events = os.fdopen(events, "rb", buffering=0)
        self._orders = orders
        self._program = int(self._event())
        self._keys_left = True
        self._redactor = redactor

    def received(self, number: signal.Signals, _from_terminal: bool) -> None:
        """Pass a signal on; the program is in another session, so it has not got it yet."""
        if number == signal.SIGWINCH:
            copy_size(_STDIN, self._screen.source)  # the kernel then tells the program's group
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._program, number)

    def attend(self, watch: SignalWatch) -> int:
        """Keep keys and output going until the program ends; return its exit code."""
        code: int | None = None
        while code is None:
            keys = [_STDIN] if self.raw.on and self._keys_left else []
            ready = relay_ready(
                self._streams, [watch.wake_read, self._events.fileno(), *keys], chore=self._redactor.chore()
            )
            if _STDIN in ready:
                self._keys()
            if watch.wake_read in ready:
                watch.drain()
                self.raw.enter()  # continued, perhaps in the foreground now
            if self._events.fileno() in ready:
                code = self._happened()
        relay_rest(self._streams, LAST_SECONDS)
        return code

    def _keys(self) -> None:
        try:
            keys = os.read(_STDIN, CHUNK)
        except OSError:
            keys = b""
        if not keys:
            self._keys_left = False
            return
        self._screen.typed(keys)
        with contextlib.suppress(OSError):
            write_all(self._screen.source, keys)

    def _happened(self) -> int | None:
        event = self._event()
        if not event:
            return 128 + signal.SIGKILL  # somebody killed the monitor; the kernel hangs up on the program
        if event.startswith(ENDED):
            return exit_code(int(event[1:]))
        self._stop()
        return None

    def _stop(self) -> None:
        """Stop together with the program, and go on with it when the shell continues us."""
        relay_rest(self._streams, 0)
        self.raw.leave()
        self._continued.clear()
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        self._continued.wait(STOP_SECONDS)
        self.raw.enter()
        copy_size(_STDIN, self._screen.source)
        resume(self._orders)

    def _event(self) -> bytes:
        return self._events.readline()
