"""Who may do what: every route, against every permission, at every kind of place, with every kind of project claim;
then the same for callers of another org, for other users, and for nobody.
"""

import json
from itertools import product
from typing import Any

import pytest

from bootseal.api.routes import ROUTES
from bootseal.services.access import PERMISSIONS
from support.attempts import ADMIN, ATTEMPTS, Attempt, made
from support.aws import scan
from support.calls import ALL_PERMISSIONS, Answer, Person, call, inject, issue

ROUTE = {route.function: route for route in ROUTES}
PERMISSION_SETS = [frozenset[str](), *(frozenset({one}) for one in sorted(PERMISSIONS)), frozenset(PERMISSIONS)]
PROJECTS = ["*", "web", "other", "web,other", ""]
DONE = {200, 201, 204}
CANARY = "acme-canary"
GUARDED = [one for one in ATTEMPTS if one.absent and one.place not in ("private", "nowhere")]


def sees_web(projects: str) -> bool:
    return projects == "*" or "web" in projects.split(",")


def claims(attempt: Attempt) -> list[str]:
    """The project claims to try: all kinds where one could matter, no limit and nothing at all where none may."""
    place = attempt.place.removeprefix("into-")
    return PROJECTS if place in ("project", "launch", "whole-org") else ["*", ""]


def expected(attempt: Attempt, held: frozenset[str], projects: str) -> tuple[int, str] | None:
    """What must be answered; None where it must succeed."""
    place = attempt.place.removeprefix("into-")
    if place in ("private", "nowhere"):
        return None
    granted = bool(attempt.permissions & held) if place == "own" else attempt.permissions <= held
    if not granted:
        return 403, "not_allowed"
    if place == "project" and not sees_web(projects):
        return 404, "secret_not_found"
    if (place == "launch" and not sees_web(projects)) or (place == "whole-org" and projects != "*"):
        return 403, "not_allowed"
    return None


def without_id(answer: Answer) -> dict[str, Any]:
    """The answer but for what names this one request."""
    body = json.loads(answer.text)
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
    return {"status": answer.status, "headers": headers, **{k: v for k, v in body.items() if k != "request_id"}}


def test_every_route_that_asks_for_a_token_is_attempted() -> None:
    assert {attempt.function for attempt in ATTEMPTS} == {route.function for route in ROUTES if not route.public}


def test_the_permission_a_route_is_documented_with_is_the_one_it_is_tested_with() -> None:
    for attempt in ATTEMPTS:
        route = ROUTE[attempt.function]
        if attempt.place in ("shared", "project"):
            assert attempt.permissions == {route.permission}
        if attempt.place == "private":
            assert route.own_private


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.label)
def test_a_call_is_made_with_its_permission_and_in_its_projects_and_refused_otherwise(attempt: Attempt) -> None:
    request = attempt.prepared()
    for held, projects in product(PERMISSION_SETS, claims(attempt)):
        person = Person(user="alice", permissions=" ".join(sorted(held)), projects=projects)
        wanted, answer = expected(attempt, held, projects), attempt.run(person, request)
        if wanted is None:
            assert answer.status in DONE, (person, answer.text)
            request = attempt.prepared() if attempt.consumes else request
        else:
            assert (answer.status, answer.code) == wanted, (person, answer.text)


def test_a_refusal_does_not_tell_whether_there_is_such_a_thing() -> None:
    for attempt in GUARDED:
        assert attempt.absent is not None
        there, absent = attempt.prepared(), attempt.absent()
        for held, projects in product(PERMISSION_SETS, claims(attempt)):
            if expected(attempt, held, projects) is not None:
                person = Person(user="alice", permissions=" ".join(sorted(held)), projects=projects)
                assert without_id(attempt.run(person, there)) == without_id(attempt.run(person, absent)), attempt


def rows(partition: str) -> list[dict[str, Any]]:
    """What is stored under keys that hold `partition`."""
    found = [item for item in scan() if partition in item["pk"]["S"]]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def test_an_org_neither_sees_nor_changes_another_even_for_a_user_of_the_same_name() -> None:
    stranger = Person(user="alice", org="globex", permissions=ALL_PERMISSIONS)
    for scope in ("private", "shared", "project:web"):
        made(scope, description=CANARY)
    call("put_environment", ADMIN, path={"name": CANARY}, body={"variables": {"A": CANARY}})
    assert inject(issue("alice", ADMIN, project="web", session_id=CANARY)).status == 200
    requests = [attempt.prepared() for attempt in ATTEMPTS]
    before = rows("ORG#acme")
    for attempt, request in zip(ATTEMPTS, requests, strict=True):
        answer = attempt.run(stranger, request)
        assert CANARY not in answer.text, attempt
        if attempt.absent is not None:
            assert without_id(answer) == without_id(attempt.run(stranger, attempt.absent())), attempt
    assert rows("ORG#acme") == before


def test_the_private_secrets_of_a_user_are_neither_seen_nor_changed_by_another() -> None:
    other = Person(user="bob", permissions=ALL_PERMISSIONS)
    made("private", description=CANARY)
    attempts = [one for one in ATTEMPTS if one.place in ("private", "nowhere")]
    requests = [attempt.prepared() for attempt in attempts]
    before = rows("private:alice")
    for attempt, request in zip(attempts, requests, strict=True):
        answer = attempt.run(other, request)
        assert CANARY not in answer.text, attempt
        if attempt.absent is not None:
            assert without_id(answer) == without_id(attempt.run(other, attempt.absent())), attempt
    assert rows("private:alice") == before


def test_without_an_authorizers_word_nothing_is_done() -> None:
    requests = [attempt.prepared() for attempt in ATTEMPTS]
    before = scan()
    nobodies = (None, Person(user="", permissions=ALL_PERMISSIONS), Person(org="", permissions=ALL_PERMISSIONS))
    for attempt, request in zip(ATTEMPTS, requests, strict=True):
        for person in nobodies:
            answer = call(attempt.function, person, **request)
            assert (answer.status, answer.code) == (401, "not_authenticated"), attempt
    assert scan() == before


def test_the_two_calls_without_an_authorizer_are_a_boot_tokens_own_and_the_document() -> None:
    assert {route.function for route in ROUTES if route.public} == {"boot_inject", "get_openapi"}
    answer = call("boot_inject", None, body={}, headers={"Authorization": "Bearer made.up.token"})
    assert (answer.status, answer.code) == (401, "token_invalid")
    assert call("get_openapi", None).json["openapi"] == "3.1.0"
