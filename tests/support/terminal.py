"""Running `bootseal` from tests: in this process with its streams caught, or for real on a pseudo-terminal."""

import contextlib
import errno
import fcntl
import io
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bootseal_cli import debug
from bootseal_cli.main import run

_KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR")


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Cli:
    """One person's machine: a home of its own, and the environment variables of its shell."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Every variable a command of this person sees."""
        base = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**base, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config"), **self.env}

    def run(self, *arguments: str, stdin: bytes | str = b"") -> Result:
        """Run a command in this process, standard input a pipe."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = _Stream(), _Stream()
        with _environment(self.environment(), self.home), _streams(io.TextIOWrapper(io.BytesIO(given)), out, err):
            code = run(list(arguments))
        debug._enabled = False
        return Result(code, out.text(), err.text())

    def done(self, *arguments: str, stdin: bytes | str = b"") -> Result:
        """Run a command that must succeed."""
        result = self.run(*arguments, stdin=stdin)
        assert result.code == 0, result.err
        return result

    def process(self, *arguments: str, stdin: bytes = b"", **extra: str) -> Result:
        """Run a command as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "bootseal_cli", *arguments],
            input=stdin,
            capture_output=True,
            env={**self.environment(), **extra},
            cwd=self.home,
            timeout=60,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


class _Stream(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        raw = self.buffer
        assert isinstance(raw, io.BytesIO)
        return raw.getvalue().decode()


@contextlib.contextmanager
def _environment(variables: Mapping[str, str], folder: Path) -> Iterator[None]:
    before, here = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _streams(stdin: io.TextIOWrapper, out: io.TextIOWrapper, err: io.TextIOWrapper) -> Iterator[None]:
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = stdin, out, err
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


class Terminal:
    """A command on a pseudo-terminal: what it shows, and keys to press."""

    def __init__(self, cli: Cli, *arguments: str, columns: int = 120, program: str = "", **extra: str) -> None:
        environment = {"TERM": "xterm-256color", **cli.environment(), **extra}
        command = [sys.executable, "-m", "bootseal_cli", *arguments] if not program else [program, *arguments]
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cli.home)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.execvpe(command[0], command, environment)
        self.shown = ""
        self.code: int | None = None

    def press(self, keys: str | bytes, seconds: float = 20) -> None:
        """Type `keys`, as fast as the command takes them."""
        left = keys.encode() if isinstance(keys, str) else keys
        ends = time.monotonic() + seconds
        os.set_blocking(self._descriptor, False)
        while left:
            assert time.monotonic() < ends, f"not taken: the last {len(left)} keys; shown: {self.shown!r}"
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                self._read(0.05)
        os.set_blocking(self._descriptor, True)

    def expect(self, text: str, seconds: float = 30) -> None:
        """Wait until `text` is on the screen."""
        ends = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < ends, f"never shown: {text!r}; shown: {self.shown!r}"
            if not self._read(0.1) and text not in self.shown:
                raise AssertionError(f"ended without {text!r}; shown: {self.shown!r}")

    def finish(self, seconds: float = 30) -> int:
        """Read until the command ends; return its exit code."""
        ends = time.monotonic() + seconds
        while self._read(0.1):
            if time.monotonic() > ends:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"did not end; shown: {self.shown!r}")
        _, status = os.waitpid(self.pid, 0)
        os.close(self._descriptor)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def _read(self, seconds: float) -> bool:
        """Take what has been shown meanwhile; return False once the other end is closed."""
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return True
        try:
            chunk = os.read(self._descriptor, 65536)
        except OSError as failure:
            if failure.errno == errno.EIO:
                return False
            raise
        self.shown += chunk.decode(errors="replace")
        return bool(chunk)
