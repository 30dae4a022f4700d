"""What a boot gets, for any secrets and any manifests, against the rules said in the plainest way."""

from hypothesis import assume, given
from hypothesis import strategies as st

from bootseal.boot_model import Requirement, Status
from bootseal.model import SHARED, Scope, SealedValue, Secret, private_scope, project_scope
from bootseal.services.selection import (
    Requirements,
    missing,
    narrowed,
    receipt_lines,
    required_names,
    select,
    withheld,
)

SCOPES = (private_scope("alice"), project_scope("planner"), SHARED)
NAMES = ("A", "B", "C", "D", "LD_PRELOAD")


def secret(name: str, scope: Scope, auto_install: bool) -> Secret:
    now = "2026-01-02T03:04:05.678Z"
    sealed = SealedValue(b"", "k000001", "suite", None)
    made = (now, "alice", now, "alice")
    return Secret("acme", scope, name, name, "", auto_install, False, sealed, f"{scope.key}/{name}", "v", 1, *made)


secrets = st.lists(
    st.builds(secret, st.sampled_from(NAMES), st.sampled_from(SCOPES), st.booleans()),
    unique_by=lambda s: (s.env_name, s.scope),
)
requirements = st.none() | st.lists(
    st.builds(Requirement, st.sampled_from(("A", "B", "C", "Z", "LD_PRELOAD")), st.booleans()),
    unique_by=lambda r: r.env_name,
).map(tuple)


@given(secrets, requirements)
def test_every_secret_is_told_of_exactly_once(given_secrets: list[Secret], declared: Requirements) -> None:
    selection = select(given_secrets, declared)
    told = [
        (line.scope, line.env_name) for line in receipt_lines(selection, {s.env_name for s in selection.winners}, ())
    ]
    assert sorted(told, key=str) == sorted([(s.scope, s.env_name) for s in given_secrets], key=str)


@given(secrets, requirements)
def test_the_winner_of_a_variable_is_the_strongest_that_takes_part(
    given_secrets: list[Secret], declared: Requirements
) -> None:
    names = None if declared is None else {r.env_name for r in declared}
    taking_part = [
        s
        for s in given_secrets
        if s.env_name != "LD_PRELOAD" and (s.auto_install if names is None else s.env_name in names)
    ]
    strongest = {
        name: min((s for s in taking_part if s.env_name == name), key=lambda s: SCOPES.index(s.scope))
        for name in {s.env_name for s in taking_part}
    }
    assert {s.env_name: s for s in select(given_secrets, declared).winners} == strongest


@given(secrets, requirements)
def test_a_reserved_variable_is_never_injected(given_secrets: list[Secret], declared: Requirements) -> None:
    assert "LD_PRELOAD" not in {s.env_name for s in select(given_secrets, declared).winners}


@given(secrets, requirements)
def test_what_loses_says_why(given_secrets: list[Secret], declared: Requirements) -> None:
    selection = select(given_secrets, declared)
    won = {s.env_name for s in selection.winners}
    for line in selection.others:
        source = next(s for s in given_secrets if (s.scope, s.env_name) == (line.scope, line.env_name))
        if line.status is Status.SHADOWED:
            assert line.env_name in won
        elif line.status is Status.DISABLED:
            assert declared is None
            assert not source.auto_install
        elif line.status is Status.UNDECLARED:
            assert declared is not None
            assert line.env_name not in {r.env_name for r in declared}
        else:
            assert (line.status, line.env_name) == (Status.REJECTED, "LD_PRELOAD")


@given(requirements, requirements)
def test_a_vm_never_gets_what_its_token_does_not_declare(of_token: Requirements, of_vm: Requirements) -> None:
    assume(of_token is not None)
    assert of_token is not None
    given_names = {r.env_name for r in narrowed(of_token, of_vm) or ()}
    assert given_names <= {r.env_name for r in of_token}


@given(requirements, requirements)
def test_what_either_side_requires_is_required_or_withheld(of_token: Requirements, of_vm: Requirements) -> None:
    asked = set(required_names(of_token or ())) | set(required_names(of_vm or ()))
    held = set(required_names(narrowed(of_token, of_vm) or ())) | set(required_names(withheld(of_token, of_vm)))
    assert held == asked


@given(requirements, requirements)
def test_what_a_vm_asks_for_is_either_given_or_withheld(of_token: Requirements, of_vm: Requirements) -> None:
    asked = {r.env_name for r in of_vm or ()}
    given_names = {r.env_name for r in narrowed(of_token, of_vm) or ()}
    refused = {r.env_name for r in withheld(of_token, of_vm)}
    assert asked <= given_names | refused
    assert not given_names & refused


@given(secrets, requirements)
def test_a_declared_variable_has_a_line_whether_or_not_it_is_there(
    given_secrets: list[Secret], declared: Requirements
) -> None:
    selection = select(given_secrets, declared)
    usable = {s.env_name for s in selection.winners}
    lines = receipt_lines(selection, usable, missing(declared, usable))
    assert {r.env_name for r in declared or ()} <= {line.env_name for line in lines}
    assert [line.env_name for line in lines] == sorted(line.env_name for line in lines)
    for line in lines:
        assert (line.status is Status.MISSING) == (line.scope is None)
