"""Starting a program: fork, exec, and what to say when that fails."""

import errno
import os
import signal
from collections.abc import Callable, Mapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from bootseal_cli.failures import CliError

NOT_FOUND = 127
NOT_RUNNABLE = 126
"""Exit codes of a shell for a command that is not there and for one that cannot be run (POSIX, 2.8.2)."""

_LARGEST_SHOWN = 3


class Program:
    """A command and the environment it gets."""

    __slots__ = ("command", "environment")

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.command = command
        self.environment = environment

    def replace_us(self) -> "NoReturn":
        """Become the program (exec). Raises CliError where it cannot be started."""
        try:
            self._exec()
        except OSError as failure:
            raise self.failure(failure.errno or errno.EIO) from None

    def _exec(self) -> "NoReturn":
        try:
            os.execvpe(self.command[0], list(self.command), dict(self.environment))  # noqa: S606 - that is the job
        except OSError as failure:
            if failure.errno != errno.ENOEXEC:
                raise
        # A script without `#!`: execvp(3) and every shell give it to sh.
        import shutil

        script = shutil.which(self.command[0]) or self.command[0]
        os.execve("/bin/sh", ["sh", script, *self.command[1:]], dict(self.environment))  # noqa: S606

    def failure(self, number: int) -> "CliError":
        """Return what to say, and the exit code, for a program that could not be started with errno `number`."""
        from bootseal_cli.failures import CliError

        name = self.command[0]
        if number == errno.ENOENT:
            return CliError(f"no such command: {name}", NOT_FOUND)
        if number == errno.E2BIG:
            return CliError(self._too_big(), NOT_RUNNABLE)
        return CliError(f"{name} cannot be run: {os.strerror(number)}", NOT_RUNNABLE)

    def _too_big(self) -> str:
        sizes = {
            name: len(f"{name}={value}".encode(errors="surrogateescape")) + 1
            for name, value in self.environment.items()
        }
        largest = sorted(sizes, key=lambda name: -sizes[name])[:_LARGEST_SHOWN]
        shown = ", ".join(f"{name} ({sizes[name]} bytes)" for name in largest)
        arguments = sum(len(os.fsencode(word)) + 1 for word in self.command)
        return (
            f"{self.command[0]} cannot be run: environment ({sum(sizes.values())} bytes) and arguments "
            f"({arguments} bytes) are larger than the system allows; largest variables: {shown}. "
            "Leave some out with --only"
        )

    def start(self, prepare: Callable[[], None], report: int) -> int:
        """Fork and run the program; return its process id.

        `prepare` runs in the new process: it lays out the descriptors. An exec that fails writes its errno to
        `report`, which must be closed by a successful one (close-on-exec, as Python makes descriptors).
        """
        pid = os.fork()
        if pid:
            return pid
        try:
            prepare()
            self._exec()
        except OSError as failure:
            os.write(report, str(failure.errno or errno.EIO).encode())
        finally:
            os._exit(NOT_RUNNABLE)


def started(program: Program, report: int) -> None:
    """Wait until the program runs. Raises CliError where it could not be started. Closes `report`."""
    with os.fdopen(report, "rb") as stream:
        said = stream.read()
    if said:
        raise program.failure(int(said))


SignalMask = set[int | signal.Signals]


def restore_signals(mask: SignalMask) -> None:
    """Give a new process the signals as we found them: Python ignores some that programs expect to die of."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def exit_code(status: int) -> int:
    """Return the code a shell gives for a wait status: the program's own, or 128 and the signal it died of."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
