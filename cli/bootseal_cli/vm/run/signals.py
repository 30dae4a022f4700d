"""Signals while a program runs: taken one at a time in a thread, told apart by who sent them."""

import _thread
import os
import signal
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Event

FORWARDED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2})
_TAKEN = FORWARDED | {signal.SIGWINCH, signal.SIGCONT, signal.SIGCHLD}

FROM_KERNEL = 0x80
"""`si_code` of a signal the terminal made (SI_KERNEL, Linux): every process of the foreground group got it already."""


class SignalWatch:
    """Blocks the signals from its making on, so that none is lost before `start` and none interrupts a write."""

    def __init__(self, continued: "Event | None" = None) -> None:
        self.mask_before = signal.pthread_sigmask(signal.SIG_BLOCK, _TAKEN)
        self._continued = continued
        self.wake_read, self._wake_write = os.pipe()

    def start(self, received: Callable[[signal.Signals, bool], None]) -> None:
        """Call `received(signal, from_terminal)` for each forwarded signal and SIGWINCH, in a thread of its own.

        SIGCHLD and SIGCONT instead make `wake_read` readable; SIGCONT also sets `continued`.
        """
        # Not by way of `threading`: importing it takes longer than all else there is to do before the command.
        _thread.start_new_thread(self._watch, (received,))

    def drain(self) -> None:
        """Take what made `wake_read` readable."""
        os.read(self.wake_read, 4096)

    def _watch(self, received: Callable[[signal.Signals, bool], None]) -> None:
        while True:
            info = signal.sigwaitinfo(_TAKEN)
            number = signal.Signals(info.si_signo)
            if number in (signal.SIGCHLD, signal.SIGCONT):
                if number == signal.SIGCONT and self._continued is not None:
                    self._continued.set()
                os.write(self._wake_write, b"!")
            else:
                received(number, info.si_code == FROM_KERNEL)
