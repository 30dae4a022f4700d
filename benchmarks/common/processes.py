"""Processes beside the one that measures: each on a port of this machine, and gone at the end."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]


@contextmanager
def listening(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run what prints the port it listens on in its first line; gives that port."""
    with subprocess.Popen(command, cwd=BENCHMARKS, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def relay(to: int, milliseconds: float, *, remember: bool) -> Iterator[int]:
    """A relay in front of port `to`."""
    command = [sys.executable, "-m", "common.relay", "--to", str(to), "--milliseconds", str(milliseconds)]
    with listening([*command, *(["--remember"] if remember else [])]) as port:
        yield port


@contextmanager
def front(environment: Mapping[str, str]) -> Iterator[int]:
    """The `boot_inject` function behind HTTP, in the environment of a function."""
    own = {**environment, "PATH": "/usr/bin:/bin"}
    with listening([sys.executable, "-m", "common.front"], own) as port:
        yield port
