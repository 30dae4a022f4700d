"""Security tests that call functions run each in a fresh mocked account."""

from collections.abc import Iterator

import pytest

from bootseal import bootstrap
from support.aws import CREDENTIALS, account


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh account, and functions that have just been started in it."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bootstrap.reset()
    with account() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield
    bootstrap.reset()
