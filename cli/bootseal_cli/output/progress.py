"""A spinner on stderr for what takes longer than a person wants to wait in silence."""

import itertools
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

DELAY_SECONDS = 0.7
_FRAME_SECONDS = 0.1
_FRAMES = "|/-\\"


@contextmanager
def spinner(what: str) -> Iterator[None]:
    """Show that `what` is going on, once it has gone on for `DELAY_SECONDS`; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    drawer = threading.Thread(target=_draw, args=(what, done), daemon=True)
    drawer.start()
    try:
        yield
    finally:
        done.set()
        drawer.join()


def _draw(what: str, done: threading.Event) -> None:
    if done.wait(DELAY_SECONDS):
        return
    for frame in itertools.cycle(_FRAMES):
        sys.stderr.write(f"\r{frame} {what} ")
        sys.stderr.flush()
        if done.wait(_FRAME_SECONDS):
            break
    # Back to the first column and clear to the end: the line was never there.
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()
