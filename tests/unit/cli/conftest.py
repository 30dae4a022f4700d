"""People at their machines, and the service they talk to: the real functions behind a stand-in for API Gateway."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.calls import ALICE, ALL_PERMISSIONS, BOB, Person
from support.gateway import running, token_for
from support.terminal import Cli


@pytest.fixture(scope="session")
def gateway() -> Iterator[str]:
    """The service's address."""
    with running() as address:
        yield address


@pytest.fixture
def org() -> str:
    """An org no other test has."""
    return f"org-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def sign_in(gateway: str, org: str, tmp_path: Path) -> Callable[[Person], Cli]:
    """Puts a person at a machine of their own, with a token in its environment."""

    def at_a_machine(person: Person) -> Cli:
        home = tmp_path / person.user
        home.mkdir(exist_ok=True)
        token = token_for(replace(person, org=org))
        return Cli(home, {"BOOTSEAL_API_URL": gateway, "BOOTSEAL_TOKEN": token})

    return at_a_machine


@pytest.fixture
def alice(sign_in: Callable[[Person], Cli]) -> Cli:
    """Alice: reads, manages and audits."""
    return sign_in(ALICE)


@pytest.fixture
def bob(sign_in: Callable[[Person], Cli]) -> Cli:
    """Bob: reads."""
    return sign_in(BOB)


@pytest.fixture
def admin(sign_in: Callable[[Person], Cli]) -> Cli:
    """Somebody with every permission."""
    return sign_in(Person(user="admin", permissions=ALL_PERMISSIONS))
