"""What is going on, one line a step, with how long it took."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bootseal_cli.failures import CliError

_TAIL_LINES = 15


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say on stderr that `what` has begun, and at its end how many seconds it took."""
    started = time.monotonic()
    click.echo(f"  {what} … ", nl=False, err=True)
    try:
        yield
    except BaseException:
        click.echo("failed", err=True)
        raise
    click.echo(f"{time.monotonic() - started:.1f} s", err=True)


def run_tool(what: str, command: Sequence[str | Path], log: Path, cwd: Path, environment: Mapping[str, str]) -> None:
    """Run a tool with its output in `log`; CliError with the end of that output where it fails."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 - the tools named in this package
            [str(part) for part in command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise CliError(f"{what} failed; the end of {log}:\n{tail(log)}")


def tail(log: Path) -> str:
    """Return the last lines of a log, indented."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
    return "\n".join(f"  {line}" for line in lines[-_TAIL_LINES:])
