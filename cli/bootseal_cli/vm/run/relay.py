"""Moves bytes from a program to us, masked, and keeps both ends honest."""

import fcntl
import os
import select

from bootseal_cli.vm.redactor.masker import Masker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Chore = Callable[[], bool]

CHUNK = 262_144

RELEASED_MAX = 4
"""Most bytes a terminal shows of what may begin a secret, once nothing follows for `IDLE_SECONDS`: no more than a
hint shows of it anyway. Without it, a prompt that ends like a secret begins would look as if it hung."""

IDLE_SECONDS = 0.05

HEAD_START_MILLISECONDS = 2
"""How long a program has our processor to itself before we prepare for what it may say."""

_TYPED_KEPT = 256


class Stream:
    """One stream of the program: read here, masked, written there."""

    def __init__(self, source: int, target: int, masker: Masker, *, interactive: bool = False) -> None:
        self.source = source
        self.interactive = interactive
        self._target = target
        self._masker = masker
        self._typed = b""
        self.open = True

    def relay(self) -> None:
        """Move what is there. At the end, or when nobody reads any more, the source is closed."""
        try:
            chunk = os.read(self.source, CHUNK)
        except OSError:  # EIO: how a terminal says that its other side has closed
            chunk = b""
        if not chunk:
            self.close()
            return
        self._write(self._masker.feed(chunk))
        if self.interactive and self._typed.endswith(self._masker.held):
            self._write(self._masker.release())  # the echo of what the user types is no news to the user

    def typed(self, keys: bytes) -> None:
        """Note what the user types."""
        self._typed = (self._typed + keys)[-_TYPED_KEPT:]

    @property
    def may_release(self) -> bool:
        """Whether the terminal is owed something that is kept back."""
        return self.open and self.interactive and bool(self._masker.held) and self._masker.begun <= RELEASED_MAX

    def release(self) -> None:
        """Show what is kept back."""
        self._write(self._masker.release())

    def close(self) -> None:
        """Write what is kept back and stop reading: the program gets SIGPIPE if it writes on."""
        if self.open:
            self.open = False
            self._write(self._masker.flush())
            os.close(self.source)

    def _write(self, data: bytes) -> None:
        try:
            write_all(self._target, data)
        except OSError:  # the reader has gone
            if self.open:
                self.open = False
                os.close(self.source)


def write_all(target: int, data: bytes) -> None:
    """Write every byte, also to a descriptor someone else made non-blocking. Raises OSError where nobody reads."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(target, view) :]
        except BlockingIOError:
            select.select([], [target], [])


def relay_ready(
    streams: list[Stream], others: list[int], timeout: float | None = None, chore: "Chore | None" = None
) -> list[int]:
    """Wait for something to read, move what the streams have, and return those of `others` that are readable.

    A `chore` is done a step at a time while there is nothing to read; it returns whether more of it is left.
    """
    waiting = {stream.source: stream for stream in streams if stream.open}
    releasable = [stream for stream in streams if stream.may_release]
    poll = select.poll()
    for descriptor in [*waiting, *others]:
        poll.register(descriptor, select.POLLIN)
    limit = IDLE_SECONDS if releasable and timeout is None else timeout
    found = _before_work_is_done(poll, chore) if chore and limit is None else []
    ready = [descriptor for descriptor, _ in found or poll.poll(None if limit is None else limit * 1000)]
    if not ready:
        for stream in releasable:
            stream.release()
    for descriptor in ready:
        if descriptor in waiting:
            waiting[descriptor].relay()
    return [descriptor for descriptor in ready if descriptor in others]


def _before_work_is_done(poll: "select.poll", chore: "Chore") -> list[tuple[int, int]]:
    """Return what can be read before the chore is done, if anything can. The shortest commands end before it begins."""
    ready = poll.poll(HEAD_START_MILLISECONDS)
    while not ready and chore():
        ready = poll.poll(0)
    return ready


def relay_rest(streams: list[Stream], idle_seconds: float) -> None:
    """Move what is still there after the program has ended, until nothing comes for `idle_seconds`."""
    while any(stream.open for stream in streams):
        waiting = [stream.source for stream in streams if stream.open]
        if not select.select(waiting, [], [], idle_seconds)[0]:
            return
        relay_ready(streams, [])


def wide_pipe() -> tuple[int, int]:
    """Return both ends of a pipe that holds a whole chunk, so that the program and we take turns less often."""
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, CHUNK)
    except (AttributeError, OSError):
        return reader, writer  # not Linux, or the user's share of pipe memory is used up: the same, slower
    return reader, writer


def close_quietly(*descriptors: int) -> None:
    """Close descriptors, those already closed too."""
    for descriptor in descriptors:
        try:
            os.close(descriptor)
        except OSError:
            continue
