"""Bringing a local stack up and down as a person at a terminal does: with the command line, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.deployed import Stack

ENV_STACK_FILE = "BOOTSEAL_STACK_FILE"
_INSTALLERS = ("PIP_", "PYENV_", "SSL_", "UV_", "npm_config_")


def free_port() -> int:
    """A port of the loopback interface that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_cli(folder: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `bootseal` as a person in a terminal would, on the stack in `folder`, with a home of its own."""
    (folder / "home").mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [str(Path(sys.executable).parent / "bootseal"), *arguments],
        capture_output=True,
        text=True,
        env=cli_environment(folder),
        cwd=folder.parent,
        check=False,
        **options,
    )


def cli_environment(folder: Path) -> dict[str, str]:
    """The environment of a terminal on the stack in `folder`, where the installers keep their settings and caches."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_INSTALLERS)}
    own = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "BOOTSEAL_LOCAL_DIR": str(folder)}
    settings = Path.home() / ".config" / "uv" / "uv.toml"
    uv = {"UV_CACHE_DIR": str(Path.home() / ".cache" / "uv")}
    return {**uv, **({"UV_CONFIG_FILE": str(settings)} if settings.is_file() else {}), **kept, **own}


@contextmanager
def started_stack(folder: Path, port: int | None = None) -> Iterator[Stack]:
    """A stack of its own in `folder`, brought up from the checkout and taken down again."""
    up = run_cli(folder, "local", "up", "--detach", "--port", str(port or free_port()))
    assert up.returncode == 0, f"the stack did not come up:\n{up.stderr}"
    try:
        yield Stack(folder / "bootseal.json")
    finally:
        run_cli(folder, "local", "down")
        shutil.rmtree(folder / "build", ignore_errors=True)
