"""Every function answers before Lambda ends it and before API Gateway gives up, whatever hangs."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bootseal import bootstrap, deadline
from bootseal.adapters import jwks
from support.aws import running
from support.calls import Context
from support.fault_kinds import Fault
from support.fault_scenarios import SCENARIOS, Prepared, assert_whole, prepare
from support.faults import Account, Wire, forget_all_but_clients, wired
from support.template import resources, template
from support.virtual_time import virtual_time

GATEWAY_SECONDS = 29
"""Longest integration timeout of a REST API unless AWS raises it (API Gateway quotas)."""
THROTTLED_BASE_SECONDS, WAIT_MAX_SECONDS = 1.0, 20.0
"""Longest wait before try n+1: 2^n times the first, to a limit (SDK reference guide, standard retry mode)."""

FUNCTIONS = {
    made["Properties"]["CodeUri"].removeprefix("functions/"): made["Properties"].get(
        "Timeout", template()["Globals"]["Function"]["Timeout"]
    )
    for made in resources("AWS::Serverless::Function").values()
}


def worst_case_seconds() -> float:
    """A call whose every try hangs to the end, with the longest waits between them."""
    config: Any = bootstrap.aws_config()
    tries = config.retries["total_max_attempts"]
    waits = sum(min(THROTTLED_BASE_SECONDS * 2**n, WAIT_MAX_SECONDS) for n in range(tries - 1))
    return float(tries * (config.connect_timeout + config.read_timeout) + waits)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_outlasts_the_worst_case_of_a_call_and_ends_before_the_gateway_does(function: str) -> None:
    assert worst_case_seconds() + deadline.ANSWER_SECONDS < FUNCTIONS[function] < GATEWAY_SECONDS


def test_the_authorizer_outlasts_an_issuer_that_hangs() -> None:
    once = float(jwks.TIMEOUT.connect_timeout or 0) + float(jwks.TIMEOUT.read_timeout or 0)
    assert jwks.TRIES * once + 1 < FUNCTIONS["authorize"]


def test_the_clients_have_these_limits(aws: None) -> None:
    config: Any = bootstrap.aws_config()
    for client in (bootstrap.table().client, bootstrap.kms()):
        assert client.meta.config.connect_timeout == config.connect_timeout
        assert client.meta.config.read_timeout == config.read_timeout
        assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 3}


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Wire, Account, Prepared]]:
    """One account for all cases; its rows are put back before each."""
    with wired() as wire, running():
        ready = prepare()
        yield wire, Account(), ready


@pytest.mark.parametrize("service", ["dynamodb", "kms"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_function_whose_every_call_to_a_service_hangs_answers_in_time(
    lab: tuple[Wire, Account, Prepared], scenario: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, rows, ready = lab
    limit = FUNCTIONS[scenario.partition(",")[0]]
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: limit * 1000)
    config: Any = bootstrap.aws_config()
    rows.put_back()
    forget_all_but_clients()
    with virtual_time() as clock:

        def hang(_: str, request: Any) -> Any:
            clock.pass_by(config.connect_timeout + config.read_timeout)
            raise ReadTimeoutError(endpoint_url=request.url)

        wire.begin()
        wire.out = (service, Fault("hangs", hang))
        try:
            answer = SCENARIOS[scenario](ready)
        finally:
            wire.out = None
    assert clock.now <= limit - deadline.ANSWER_SECONDS
    if clock.now:
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "2")
    else:
        assert answer.status < 300  # It asks nothing of this service.
    assert_whole(rows.rows())


def test_nothing_is_sent_that_may_outlast_the_function(
    lab: tuple[Wire, Account, Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, rows, ready = lab
    rows.put_back()
    forget_all_but_clients()
    wire.begin()
    sent = wire.sent
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 5_000)
    answer = SCENARIOS["create_secret"](ready)
    assert (answer.status, answer.code) == (503, "unavailable")
    assert wire.sent == sent
