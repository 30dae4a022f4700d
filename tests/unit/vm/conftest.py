"""What the tests of the VM side share."""

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
