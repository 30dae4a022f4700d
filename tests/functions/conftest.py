"""Every function test runs in a fresh mocked account."""

from collections.abc import Iterator
from typing import Any

import pytest

from bootseal import bootstrap
from support.aws import running


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    """A fresh account, and functions that have just been started in it."""
    with running():
        yield


@pytest.fixture
def kms_calls() -> list[str]:
    """The names of the KMS operations asked for, in order, as botocore sends them."""
    seen: list[str] = []

    def note(model: Any, **_: Any) -> None:
        seen.append(str(model.name))

    bootstrap.kms().meta.events.register("before-call.kms", note)
    return seen
