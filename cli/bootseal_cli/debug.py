"""What `bootseal --debug` says on stderr: steps and places, never a value, a token, a header or a body."""

import sys
import time

_started = time.monotonic()
_enabled = False


def enable() -> None:
    """Turn the notes on for the rest of the process."""
    global _enabled  # noqa: PLW0603 - one flag for one short-lived process
    _enabled = True


def enabled() -> bool:
    """Return whether notes are on."""
    return _enabled


def note(message: str) -> None:
    """Print one line with the milliseconds since start, when notes are on. The caller keeps values out of it."""
    if _enabled:
        elapsed_ms = (time.monotonic() - _started) * 1000
        sys.stderr.write(f"debug: {elapsed_ms:7.0f} ms  {message}\n")


def note_traceback(failure: BaseException) -> None:
    """Print where an exception was raised, without its message and without locals: both may quote a value."""
    place = failure.__traceback__
    while place is not None:
        code = place.tb_frame.f_code
        note(f"at {code.co_filename}:{place.tb_lineno} in {code.co_qualname}")
        place = place.tb_next
    note(f"raised {type(failure).__module__}.{type(failure).__qualname__}")
