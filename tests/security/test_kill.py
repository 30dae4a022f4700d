"""A function's process is killed right after each AWS call of a write: what it leaves is whole and is gone on from."""

import os
import signal
from collections.abc import Iterator

import pytest
from moto.core.models import botocore_stubber

from bootseal import bootstrap, parallel
from support.aws import running
from support.fault_scenarios import SCENARIOS, Prepared, assert_whole, prepare, shape
from support.faults import Account, forget_all_but_clients
from support.mock_server import served

WRITES = (
    "create_secret",
    "create_secret, first of a scope",
    "update_secret",
    "delete_secret",
    "rollback_secret",
    "clone_secret",
    "import_secrets",
    "rotate_scope_key",
    "issue_boot_token",
    "boot_inject",
    "put_environment",
    "delete_environment",
    "remove_user",
)
CALLS_MAX = 40

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[str, Account, Prepared]]:
    """One account for all cases, behind a port too; its rows are put back before each."""
    with running(), served() as address:
        ready = prepare()
        yield address, Account(), ready


def killed_after(name: str, number: int, address: str, ready: Prepared) -> bool:
    """Run a scenario in a process of its own that is killed after its call `number`; False where it ended before."""
    child = os.fork()
    if child == 0:
        _run_and_die(name, number, address, ready)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _run_and_die(name: str, number: int, address: str, ready: Prepared) -> None:
    outcome = 1
    try:
        botocore_stubber.enabled = False
        os.environ["AWS_ENDPOINT_URL"] = address
        bootstrap.reset()
        parallel._pool.cache_clear()
        _die_after(number)
        outcome = 0 if SCENARIOS[name](ready).status < 300 else 2
    finally:
        os._exit(outcome)


def _die_after(number: int) -> None:
    answered = []

    def after_call(**_: object) -> None:
        answered.append(1)
        if len(answered) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    make = bootstrap.clients.aws_client

    def watched(service: object) -> object:
        client = make(service)
        client.meta.events.register("after-call", after_call)
        return client

    bootstrap.clients.aws_client = watched


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_killed_between_two_calls_leaves_every_row_whole(
    lab: tuple[str, Account, Prepared], name: str
) -> None:
    address, rows, ready = lab
    rows.put_back()
    assert not killed_after(name, CALLS_MAX, address, ready)
    done, deaths = shape(rows.rows()), 0
    for number in range(1, CALLS_MAX):
        rows.put_back()
        if not killed_after(name, number, address, ready):
            break
        deaths += 1
        assert_whole(rows.rows())
        forget_all_but_clients()
        again = SCENARIOS[name](ready)
        assert_whole(rows.rows())
        if again.status == 429:
            # A killed import holds its scope until it counts as given up; tests/functions/test_import.py goes on.
            assert name == "import_secrets"
        elif again.status >= 300:
            assert again.status in (404, 409, 412), again.text
            assert shape(rows.rows()) == done
    assert deaths >= 2
