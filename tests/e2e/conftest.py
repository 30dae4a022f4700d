"""The deployed stack the end-to-end tests share: the one BOOTSEAL_STACK_FILE names, or a fresh one on a free port."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.deployed import Stack
from support.local_stack import ENV_STACK_FILE, started_stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes a deployed stack as `stack`, so that no test can forget to."""
    for item in items:
        if {"shared_stack", "own_stack"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack of this test session."""
    given = os.environ.get(ENV_STACK_FILE)
    if given:
        stack = Stack(Path(given).resolve())
        stack.clear()
        yield stack
        return
    with started_stack(tmp_path_factory.mktemp("stack") / ".local") as stack:
        yield stack


@pytest.fixture
def stack(shared_stack: Stack) -> Iterator[Stack]:
    """The stack, without secrets before the test, and cleared after it."""
    yield shared_stack
    shared_stack.clear()
