"""Standard input to standard output, masked: for pipelines that are not ours to start."""

import os
import signal

from bootseal_cli.vm.redactor.redactor import Redactor
from bootseal_cli.vm.run.relay import Stream, relay_ready
from bootseal_cli.vm.run.signals import SignalWatch


class _Stop:
    """The signal to end on, once there is one."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.read, self._write = os.pipe()
        self._excused = os.isatty(0)

    def received(self, number: signal.Signals, from_terminal: bool) -> None:
        """Take a signal. The first Ctrl-C is for what writes to us: its last words are still to be masked."""
        if number == signal.SIGWINCH:
            return
        if from_terminal and not self._excused:
            self._excused = True
            return
        self.code = 128 + number
        os.write(self._write, b"!")


def filter_stdin(redactor: Redactor, watch: SignalWatch) -> int:
    """Copy until the end of the input, or a signal; return the exit code. What is kept back is written then."""
    stream = Stream(os.dup(0), 1, redactor.masker())
    stop = _Stop()
    watch.start(stop.received)
    while stream.open and stop.code is None:
        relay_ready([stream], [stop.read], chore=redactor.chore())
    stream.close()
    return stop.code or 0
