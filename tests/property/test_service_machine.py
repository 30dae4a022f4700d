"""The functions in this process against the model of `support.model`, killed in the middle of imports too."""

import os
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from support.aws import TABLE, running, scan
from support.boots import booted
from support.calls import ALL_PERMISSIONS, MALLORY, Answer, Person, call
from support.service_machine import USERS, ServiceMachine

ABANDONED_SECONDS = 61
PEOPLE = {user: Person(user=user, permissions=ALL_PERMISSIONS) for user in USERS} | {"mallory": MALLORY}


class Functions(ServiceMachine):
    """Asks the functions in this process, in a mocked account."""

    can_be_killed = True

    def __init__(self) -> None:
        super().__init__()
        self._account = ExitStack()
        self._account.enter_context(running())

    def teardown(self) -> None:
        self._account.close()

    def call(self, function: str, user: str, **more: Any) -> Answer:
        return call(function, PEOPLE[user], **more)

    def booted(self, user: str, **fields: Any) -> dict[str, str]:
        return booted(user, **fields)

    def pass_time(self) -> None:
        client = boto3.client("dynamodb")
        for item in scan():
            if item["sk"]["S"] in ("MARK#IMPORT", "SECRET$"):
                item["since"] = {"N": str(int(item["since"]["N"]) - ABANDONED_SECONDS)}
                client.put_item(TableName=TABLE, Item=item)


_QUICK = settings(
    max_examples=3, stateful_step_count=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
_LONG = settings(
    max_examples=int(os.environ.get("BOOTSEAL_MACHINE_EXAMPLES", "5")),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_service_does_what_the_model_does() -> None:
    run_state_machine_as_test(Functions, settings=_QUICK)  # type: ignore[no-untyped-call]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_service_does_what_the_model_does_for_long() -> None:
    run_state_machine_as_test(Functions, settings=_LONG)  # type: ignore[no-untyped-call]
