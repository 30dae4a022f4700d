"""Every function test runs in a fresh mocked account."""

from collections.abc import Iterator
from typing import Any

import pytest

from bootseal import bootstrap
from support.aws import CREDENTIALS, account


@pytest.fixture(autouse=True)
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


@pytest.fixture
def kms_calls() -> list[str]:
    """The names of the KMS operations asked for, in order, as botocore sends them."""
    seen: list[str] = []

    def note(model: Any, **_: Any) -> None:
        seen.append(str(model.name))

    bootstrap.kms().meta.events.register("before-call.kms", note)
    return seen
