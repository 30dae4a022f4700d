"""Asking for a value without showing it.

The usual line prompt has two traps for secrets. A terminal's line buffer ends at 4,095 bytes (Linux, N_TTY_BUF_SIZE)
and silently drops the rest. And a pasted text of several lines ends at the first; the others run as commands in the
shell afterwards. So the terminal is read byte by byte, and asked to mark what is pasted (bracketed paste mode).
"""

import contextlib
import os
import select
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from bootseal_cli.failures import EXIT_USAGE, CliError

_PASTE_TAIL_SECONDS = 0.05
_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
_PASTE_BEGIN, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_ENTER = frozenset(b"\r\n")
_CTRL_C, _CTRL_D, _CTRL_U, _ESCAPE = 0x03, 0x04, 0x15, 0x1B
_ERASE = frozenset({0x08, 0x7F})
# Arrow and function keys: ESC [ ... ending in a letter or ~ (ECMA-48, control sequences).
_SEQUENCE_END = range(0x40, 0x7F)


@dataclass(slots=True)
class LineReader:
    """Turns keystrokes into one value. Enter ends it, but not inside a paste. Fed byte by byte; no I/O."""

    typed: bytearray = field(default_factory=bytearray, repr=False)
    pasting: bool = False
    _sequence: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, byte: int) -> bool:
        """Take one byte; return whether the value is complete. Raises click.Abort for Ctrl-C and Ctrl-D."""
        if self.pasting:
            self._pasted(byte)
            return False
        if self._sequence or byte == _ESCAPE:
            self._in_sequence(byte)
            return False
        return self._key(byte)

    def _pasted(self, byte: int) -> None:
        # Terminals send a pasted line end as a carriage return, as if Enter had been pressed.
        self.typed.append(0x0A if byte == 0x0D else byte)
        if self.typed.endswith(_PASTE_END):
            del self.typed[-len(_PASTE_END) :]
            self.pasting = False

    def _key(self, byte: int) -> bool:
        if byte in _ENTER:
            return True
        if byte == _CTRL_C or (byte == _CTRL_D and not self.typed):
            raise click.Abort
        if byte in _ERASE:
            self._erase_character()
        elif byte == _CTRL_U:
            self.typed.clear()
        elif byte != _CTRL_D:
            self.typed.append(byte)
        return False

    def _erase_character(self) -> None:
        while self.typed and self.typed.pop() & 0xC0 == 0x80:  # UTF-8 continuation bytes
            pass

    def _in_sequence(self, byte: int) -> None:
        self._sequence.append(byte)
        if len(self._sequence) == 2 and byte != ord("["):
            self._sequence.clear()
        elif len(self._sequence) > 2 and byte in _SEQUENCE_END:
            self._end_sequence(bytes(self._sequence))

    def _end_sequence(self, sequence: bytes) -> None:
        self._sequence.clear()
        self.pasting = sequence == _PASTE_BEGIN


def ask_hidden(question: str) -> bytes:
    """Ask on the terminal and return what was typed or pasted, unseen.

    Raises click.Abort for Ctrl-C, and CliError (exit 2) for several pasted lines on a terminal that cannot mark them.
    """
    with open("/dev/tty", "r+b", buffering=0) as terminal, _hidden(terminal.fileno()):  # noqa: PTH123 - unbuffered
        # Asked only now: who answers at once must find the echo already off.
        terminal.write(question.encode())
        return _read_value(terminal.fileno())


def _read_value(descriptor: int) -> bytes:
    reader = LineReader()
    while chunk := os.read(descriptor, 1):
        if reader.feed(chunk[0]):
            _refuse_further_lines(descriptor)
            return bytes(reader.typed)
    raise click.Abort


def _refuse_further_lines(descriptor: int) -> None:
    # Nobody types on within this time of pressing Enter: it is the rest of a paste. Restoring the terminal drops it.
    if select.select([descriptor], [], [], _PASTE_TAIL_SECONDS)[0]:
        raise CliError(
            "several lines arrived at once, and this terminal does not mark what is pasted; nothing was stored. "
            "Give the value on standard input or with --value-file",
            EXIT_USAGE,
        )


@contextlib.contextmanager
def _hidden(descriptor: int) -> Iterator[None]:
    """Switch off echo, line buffering and signal keys; switch all back whatever happens."""
    before = termios.tcgetattr(descriptor)
    silent = termios.tcgetattr(descriptor)
    silent[0] &= ~(termios.ICRNL | termios.IXON)
    silent[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    silent[6][termios.VMIN], silent[6][termios.VTIME] = 1, 0
    termios.tcsetattr(descriptor, termios.TCSAFLUSH, silent)
    os.write(descriptor, _PASTE_ON.encode())
    try:
        yield
    finally:
        os.write(descriptor, _PASTE_OFF.encode() + b"\r\n")
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def can_ask() -> bool:
    """Whether standard input is a terminal, so that asking makes sense."""
    return sys.stdin.isatty()
