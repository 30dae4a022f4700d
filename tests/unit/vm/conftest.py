"""What the tests of the VM side share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.terminal import Cli
from support.vm import inject_server


@pytest.fixture
def service() -> Iterator[inject_server.Service]:
    """A service that injects one secret and one default."""
    with inject_server.running() as running:
        yield running


@pytest.fixture
def vm(tmp_path: Path, service: inject_server.Service) -> Cli:
    """A VM that was told where the service is, with its token in the file `token`."""
    home = tmp_path / "vm"
    home.mkdir()
    (home / "token").write_text(inject_server.TOKEN + "\n")
    (home / "token").chmod(0o600)
    return Cli(home, {"BOOTSEAL_API_URL": service.url})


SECRETS = {
    "API_KEY": "sk-proj-MadeUp0123456789",
    "LINES": "made-up line one\nmade-up line two\n",
    "SHORT": "12345",
}
DEFAULTS = {"REGION": "made-up-region-1"}


@pytest.fixture
def booted(tmp_path: Path) -> Cli:
    """A VM that has booted into the directory `run`."""
    home = tmp_path / "booted"
    (home / "run").mkdir(parents=True)
    entries = [{"env_name": name, "status": "injected"} for name in SECRETS]
    (home / "run" / "env.json").write_text(json.dumps({**SECRETS, **DEFAULTS}))
    (home / "run" / "receipt.json").write_text(json.dumps({"secrets": entries}))
    return Cli(home)
