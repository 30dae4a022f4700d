"""A program whose output does not go to the terminal it is typed at.

The program stays in our session and process group, so the shell's job control, Ctrl-C and a pipeline's other members
work as without us. Each of its two outputs has a stream of its own. Where one of them is a terminal (`cmd | grep x`
has such a standard error), the program gets a pseudo-terminal there and still sees one.
"""

import _thread
import os
import signal
from collections.abc import Callable

from bootseal_cli.vm.redactor.redactor import Redactor
from bootseal_cli.vm.run.program import Program, exit_code, restore_signals, started
from bootseal_cli.vm.run.relay import Stream, close_quietly, relay_ready, relay_rest, wide_pipe
from bootseal_cli.vm.run.signals import SignalWatch
from bootseal_cli.vm.run.window import copy_size, output_terminal

_OUTPUTS = (1, 2)


class _Child:
    """The running program. The lock keeps a signal from going to a process id that is no longer its own."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None
        self._lock = _thread.allocate_lock()

    def signal(self, number: signal.Signals) -> None:
        with self._lock:
            if self.code is None:
                os.kill(self.pid, number)

    def reap(self) -> None:
        with self._lock:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = exit_code(status)


def run_piped(program: Program, redactor: Redactor) -> int:
    """Run the program and return its exit code. Raises CliError where it cannot be started."""
    watch = SignalWatch()
    ends = {output: output_terminal(output) if os.isatty(output) else wide_pipe() for output in _OUTPUTS}
    report, report_write = os.pipe()
    pid = program.start(_layout({output: write for output, (_, write) in ends.items()}, watch), report_write)
    close_quietly(report_write, *(write for _, write in ends.values()))
    started(program, report)
    child = _Child(pid)
    watch.start(_forward(child, {output: read for output, (read, _) in ends.items() if os.isatty(output)}))
    streams = [
        Stream(read, output, redactor.masker(), interactive=os.isatty(output)) for output, (read, _) in ends.items()
    ]
    return _attend(child, streams, watch, redactor)


def _layout(writers: dict[int, int], watch: SignalWatch) -> Callable[[], None]:
    def prepare() -> None:
        for output, write in writers.items():
            os.dup2(write, output)
        restore_signals(watch.mask_before)

    return prepare


def _forward(child: _Child, terminals: dict[int, int]) -> Callable[[signal.Signals, bool], None]:
    def received(number: signal.Signals, from_terminal: bool) -> None:
        if number == signal.SIGWINCH:
            for output, read in terminals.items():
                copy_size(output, read)
        elif from_terminal:
            return  # the program is in the same group and got it, too
        child.signal(number)

    return received


def _attend(child: _Child, streams: list[Stream], watch: SignalWatch, redactor: Redactor) -> int:
    while child.code is None:
        if relay_ready(streams, [watch.wake_read], chore=redactor.chore()):
            watch.drain()
            child.reap()
    relay_rest(streams, 0)
    if any(stream.open for stream in streams):
        _leave_behind(streams, watch)
    return child.code


def _leave_behind(streams: list[Stream], watch: SignalWatch) -> None:
    """Let a process of its own mask what the program's own background processes still write.

    Without us, the caller would go on as the program ends, and readers of the output would wait for those processes.
    It is the same so.
    """
    if os.fork():
        return
    restore_signals(watch.mask_before)
    os.close(0)
    while any(stream.open for stream in streams):
        relay_ready(streams, [])
    os._exit(0)
