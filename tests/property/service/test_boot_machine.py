"""Boots in any order with changes and retries, against a plain model of what a boot token gives to whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bootseal.model import KEPT_VALUES
from support.aws import running
from support.booting import Vm, delete, update
from support.calls import call, create, issue

NAMES = ("A", "B")
SCOPES = ("private", "project:planner", "shared")
PLACE = st.tuples(st.sampled_from(SCOPES), st.sampled_from(NAMES))


@pytest.fixture(scope="module", autouse=True)
def aws() -> Iterator[None]:
    """One account; every run of the machine empties it."""
    with running():
        yield


@dataclass
class Issued:
    """A boot token as the model has it: who used it first, and the (place, version) pairs and values that VM got."""

    token: str
    vm: Vm | None = None
    got: dict[str, str] | None = None
    versions: set[tuple[tuple[str, str], str]] = field(default_factory=set)


class BootMachine(RuleBasedStateMachine):
    """Two VMs, six secrets, any number of tokens."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[tuple[str, str], str] = {}
        self.versions: dict[tuple[str, str], str] = {}
        self.kept: dict[tuple[str, str], list[str]] = {}
        self.issued: list[Issued] = []
        self.vms = (Vm(), Vm())
        self.count = 0
        for item in call("list_secrets").json["items"]:
            delete(item["name"], item["scope"])

    def _value(self) -> str:
        self.count += 1
        return f"made-up-{self.count}"

    @rule(place=PLACE)
    def save(self, place: tuple[str, str]) -> None:
        value, (scope, name) = self._value(), place
        answer = update(name, scope, value=value) if place in self.values else create(name, value, scope)
        self.values[place], self.versions[place] = value, answer.json["version"]
        self.kept[place] = [*self.kept.get(place, []), self.versions[place]][-KEPT_VALUES:]

    @rule(place=PLACE)
    def remove(self, place: tuple[str, str]) -> None:
        if place in self.values:
            delete(place[1], place[0])
            del self.values[place], self.versions[place]
            self.kept[place] = []  # Every version of it went, those that earlier boots got too.

    @rule(target=tokens)
    def issue(self) -> Issued:
        self.issued.append(Issued(issue(project="planner")))
        return self.issued[-1]

    @rule(issued=tokens, number=st.integers(0, 1))
    def ask(self, issued: Issued, number: int) -> None:
        vm = self.vms[number]
        answer = vm.ask(issued.token)
        if issued.vm is None:
            issued.vm = vm
            issued.got, issued.versions = self._expected()
        if issued.vm is not vm:
            assert answer.code == "token_used"
        elif any(version not in self.kept[place] for place, version in issued.versions):
            assert answer.code == "bundle_changed"
        else:
            assert vm.opened(issued.token, answer) == issued.got

    def _expected(self) -> tuple[dict[str, str], set[tuple[tuple[str, str], str]]]:
        got: dict[str, str] = {}
        versions = set()
        for name in NAMES:
            place = next(((scope, name) for scope in SCOPES if (scope, name) in self.values), None)
            if place is not None:
                got[name] = self.values[place]
                versions.add((place, self.versions[place]))
        return got, versions

    @invariant()
    def a_preview_is_what_a_new_boot_would_get(self) -> None:
        if self.count % 5:
            return
        lines = call("preview_boot", query={"project": "planner"}).json["secrets"]
        injected = {
            ((line["scope"], line["env_name"]), line["version"]) for line in lines if line["status"] == "injected"
        }
        assert injected == self._expected()[1]


def test_tokens_give_one_vm_one_bundle_whatever_happens_in_between() -> None:
    few = settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(BootMachine, settings=few)
