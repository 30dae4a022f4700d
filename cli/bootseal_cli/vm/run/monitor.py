"""The process between us and a program on a terminal of its own.

It leads the new session, so that the program can have a process group that is stopped and continued like any job (a
session's own leader cannot be stopped by Ctrl-Z), and reports what becomes of the program.
"""

import errno
import fcntl
import os
import signal
import termios
from collections.abc import Callable

from bootseal_cli.vm.run.program import Program, SignalMask, restore_signals

STOPPED, ENDED = b"S", b"E"
"""What an event line begins with; the wait status follows, and a line break."""


class Wiring:
    """Descriptors of the monitor: the program's terminal and standard error, and its lines to us."""

    __slots__ = ("events", "orders", "report", "stderr", "terminal")

    def __init__(self, terminal: int, stderr: int, events: int, orders: int, report: int) -> None:
        self.terminal = terminal
        self.stderr = stderr
        self.events = events
        self.orders = orders
        self.report = report


def start_monitor(program: Program, wiring: Wiring, mask: SignalMask) -> int:
    """Fork the monitor, which starts the program; return the monitor's process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _monitor(program, wiring, mask)
    finally:
        os._exit(1)


def _monitor(program: Program, wiring: Wiring, mask: SignalMask) -> None:
    os.setsid()
    fcntl.ioctl(wiring.terminal, termios.TIOCSCTTY, 0)
    for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    child = program.start(_layout(wiring, mask), wiring.report)
    os.close(wiring.report)
    os.write(wiring.events, f"{child}\n".encode())
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            os.write(wiring.events, ENDED + f"{status}\n".encode())
            os._exit(0)
        os.write(wiring.events, STOPPED + f"{status}\n".encode())
        if not os.read(wiring.orders, 1):
            os._exit(1)
        os.killpg(child, signal.SIGCONT)


def _layout(wiring: Wiring, mask: SignalMask) -> Callable[[], None]:
    def prepare() -> None:
        os.setpgid(0, 0)
        os.tcsetpgrp(wiring.terminal, os.getpid())  # SIGTTOU is still ignored here
        for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(wiring.terminal, 0)
        os.dup2(wiring.terminal, 1)
        os.dup2(wiring.stderr, 2)
        restore_signals(mask)

    return prepare


def resume(orders: int) -> None:
    """Let the monitor continue the stopped program."""
    try:
        os.write(orders, b"C")
    except OSError as failure:
        if failure.errno != errno.EPIPE:
            raise
