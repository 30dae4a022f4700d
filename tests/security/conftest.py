"""Security tests that call functions run each in a fresh mocked account."""

from collections.abc import Iterator

import pytest

from support.aws import running


@pytest.fixture
def aws() -> Iterator[None]:
    """A fresh account, and functions that have just been started in it."""
    with running():
        yield
