"""The deployed service against the model of `support.model`: the real gateway, roles, table and keys in between."""

import os
import secrets
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from bootseal.api.routes import ROUTES
from support.calls import Answer
from support.deployed import Stack, Vm
from support.service_machine import USERS, ServiceMachine

WAYS = {route.function: (route.method, route.path) for route in ROUTES}
STEPS_AN_EXAMPLE = 50


class Deployed(ServiceMachine):
    """Asks the deployed service, each example as two new users of acme who may do everything there."""

    stack: Stack

    def __init__(self) -> None:
        super().__init__()
        everything = ("secrets:read", "secrets:manage", "boot:issue")
        self.people = {
            user: self.stack.new_user(f"{user}-{secrets.token_hex(4)}", "acme", everything) for user in USERS
        }
        self.tokens = {user: token for user, (_, token) in self.people.items()} | {
            "mallory": self.stack.token("mallory")
        }

    def teardown(self) -> None:
        for user in USERS:
            for item in self.call("list_secrets", user, query={"limit": "200"}).json["items"]:
                place = {"scope": item["scope"], "name": item["name"]}
                assert self.call("delete_secret", user, path=place).status == 204

    def call(self, function: str, user: str, **more: Any) -> Answer:
        method, path = WAYS[function]
        where = path.format(**(more.get("path") or {})) + _query(more.get("query") or {})
        answer = self.stack.call(None, method, where, more.get("body"), more.get("headers"), self.tokens[user])
        return Answer(answer.status, answer.headers, answer.text)

    def booted(self, user: str, **fields: Any) -> dict[str, str]:
        vm, (subject, _) = Vm.new(), self.people[user]
        token = self.call("issue_boot_token", user, body={"user": subject, **fields}).json["boot_token"]
        return vm.open(token, self.stack.inject(token, vm))


def _query(query: Mapping[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_deployed_service_does_what_the_model_does(stack: Stack) -> None:
    machine = type("DeployedHere", (Deployed,), {"stack": stack})
    examples = int(os.environ.get("BOOTSEAL_STACK_MACHINE_EXAMPLES", "4"))
    checks = settings(
        max_examples=examples,
        stateful_step_count=STEPS_AN_EXAMPLE,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=checks)  # type: ignore[no-untyped-call]
