"""Terminals: their size and modes, and pseudo-terminals like them."""

import fcntl
import os
import termios

_SIZE_BYTES = 8
_OFLAG = 1


def copy_size(source: int, target: int) -> None:
    """Give the terminal `target` the size of the terminal `source`."""
    try:
        size = fcntl.ioctl(source, termios.TIOCGWINSZ, b"\0" * _SIZE_BYTES)
        fcntl.ioctl(target, termios.TIOCSWINSZ, size)
    except OSError:
        return  # one of them has gone; its size no longer matters


def output_terminal(like: int) -> tuple[int, int]:
    """Return both ends (ours, the program's) of a terminal for output alone, of the size of `like`.

    It changes nothing that passes: the line ends are made by the real terminal behind it.
    """
    ours, theirs = os.openpty()
    modes = termios.tcgetattr(theirs)
    modes[_OFLAG] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    copy_size(like, theirs)
    return ours, theirs


def twin_terminal(like: int) -> tuple[int, int]:
    """Return both ends of a terminal with the modes and the size of `like`."""
    ours, theirs = os.openpty()
    termios.tcsetattr(theirs, termios.TCSANOW, termios.tcgetattr(like))
    copy_size(like, theirs)
    return ours, theirs


class RawMode:
    """Puts the user's terminal into raw mode, so that each key reaches the program's own terminal, and back."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before: list[int | list[bytes | int]] | None = None

    @property
    def on(self) -> bool:
        """Whether the terminal is ours to read from now."""
        return self._before is not None

    def enter(self) -> None:
        """Switch to raw mode if we are in the foreground; from the background a terminal may not be touched."""
        import tty

        if self._before is None and in_foreground(self._terminal):
            self._before = termios.tcgetattr(self._terminal)
            tty.setraw(self._terminal, termios.TCSADRAIN)

    def leave(self) -> None:
        """Switch back to the modes found."""
        if self._before is not None:
            before, self._before = self._before, None
            try:
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)
            except termios.error:
                return  # the terminal has gone


def in_foreground(terminal: int) -> bool:
    """Return whether the shell has given the terminal to us."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
