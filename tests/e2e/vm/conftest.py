"""What the tests at a terminal share."""

import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.terminal import Cli
from support.vm.consumers import need

KEY = "sk-proj-MadeUpForWholeVms01"
LINES = "made-up line one\nmade-up line two\nmade-up line three"


@pytest.fixture
def booted(tmp_path: Path) -> Cli:
    """A VM that has booted into the directory `run`."""
    (tmp_path / "run").mkdir()
    entries = [{"env_name": name, "status": "injected"} for name in ("API_KEY", "LINES")]
    (tmp_path / "run" / "env.json").write_text(json.dumps({"API_KEY": KEY, "LINES": LINES}))
    (tmp_path / "run" / "receipt.json").write_text(json.dumps({"secrets": entries}))
    return Cli(tmp_path, {"TERM": "xterm-256color", "PS1": "ready> ", "LC_ALL": "C.UTF-8"})


class Tmux:
    """A real terminal: keys go in, and what is on the screen comes out."""

    def __init__(self, cli: Cli, *command: str, columns: int = 80, rows: int = 24) -> None:
        self._server = f"bootseal-{uuid.uuid4().hex}"
        self._cli = cli
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "-s", "t", *command)

    def _tmux(self, *arguments: str) -> str:
        command = [need("tmux"), "-L", self._server, *arguments]
        done = subprocess.run(command, capture_output=True, env=self._cli.environment(), cwd=self._cli.home, check=True)
        return done.stdout.decode()

    def keys(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._tmux("send-keys", "-t", "t", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self._tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        """Return what is on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "t")

    def expect(self, text: str, seconds: float = 20) -> str:
        """Wait until `text` is on the screen; return the screen."""
        return self._wait(lambda shown: text in shown, repr(text), seconds)

    def expect_prompt(self, seconds: float = 20) -> str:
        """Wait until the shell asks for the next command: what is typed before that may go to what runs still."""
        return self._wait(lambda shown: shown.rstrip().endswith("ready>"), "a prompt", seconds)

    def _wait(self, is_there: Callable[[str], bool], what: str, seconds: float) -> str:
        ends = time.monotonic() + seconds
        while not is_there(shown := self.screen()):
            assert time.monotonic() < ends, f"never shown: {what}\n{shown}"
            time.sleep(0.05)
        return shown

    def end(self) -> None:
        """End the terminal and what runs in it."""
        subprocess.run(["tmux", "-L", self._server, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def tmux(booted: Cli) -> Iterator[Tmux]:
    """A terminal with a shell in it, `bootseal` on its path."""
    import sys

    folder = booted.home / "bin"
    folder.mkdir()
    (folder / "bootseal").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bootseal_cli "$@"\n')
    (folder / "bootseal").chmod(0o755)
    booted.env["PATH"] = f"{folder}:/usr/local/bin:/usr/bin:/bin"
    terminal = Tmux(booted, "env", f"PATH={booted.env['PATH']}", "bash", "--norc", "--noprofile", "-i")
    try:
        terminal.expect("ready>")
        yield terminal
    finally:
        terminal.end()
