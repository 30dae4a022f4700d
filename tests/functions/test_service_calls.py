"""The calls about the service itself: who one is, what there is, and which methods."""

import json
from typing import Any

import pytest

from bootseal.api.document import document
from bootseal.api.route import Route
from bootseal.api.routes import ROUTES
from support.aws import scan
from support.calls import ALICE, Answer, Context, Person, call, event_for, load


def test_whoami_tells_what_the_token_says() -> None:
    answer = call("whoami", ALICE)
    assert answer.status == 200
    assert answer.json == {
        "org": "acme",
        "user": "alice",
        "permissions": ["audit:read", "secrets:manage", "secrets:read"],
        "projects": None,
    }


@pytest.mark.parametrize(("claim", "shown"), [("*", None), ("web,api", ["api", "web"]), ("", [])])
def test_whoami_tells_projects_apart_from_no_limit_and_from_none_at_all(claim: str, shown: object) -> None:
    assert call("whoami", Person(projects=claim)).json["projects"] == shown


def test_whoami_needs_no_permission_and_leaves_no_trace() -> None:
    assert call("whoami", Person(permissions="")).json["permissions"] == []
    assert scan() == []


def test_the_document_is_served_to_anybody_as_it_is_generated() -> None:
    answer = call("get_openapi", None)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert answer.json == document()
    assert answer.headers["Cache-Control"] == "no-store"


def shown(route: Route, **case: Any) -> Answer:
    """The answer to the documented example of a request, changed by `case`."""
    places = {"scope": "private", "name": "a", "user": "bob"}
    path = {param.name: places[param.name] for param in route.params if param.place == "path"}
    body = json.dumps(route.body_example) if route.body else None
    return call(route.function, None if route.public else ALICE, path=path, body=body, **case)


def test_no_call_takes_a_query_parameter_it_does_not_know() -> None:
    for route in ROUTES:
        answer = shown(route, query={"surprise": "x"})
        assert (answer.status, answer.code) == (400, "invalid_request"), route.function


def test_a_body_that_says_it_is_no_json_is_refused_by_every_call_that_takes_one() -> None:
    for route in ROUTES:
        if route.body:
            answer = shown(route, headers={"Content-Type": "application/xml"})
            assert (answer.status, answer.code) == (415, "unsupported_media_type"), route.function


@pytest.mark.parametrize("method", ["PUT", "HEAD", "TRACE", "BREW"])
def test_a_method_a_path_does_not_have_is_refused_with_those_it_has(method: str) -> None:
    answer = load("refuse_method").handler({**event_for("refuse_method"), "httpMethod": method}, Context())
    assert answer["statusCode"] == 405
    assert answer["headers"]["Allow"] == "GET, OPTIONS, POST"
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["code"] == "method_not_allowed"


def test_options_is_answered_with_the_methods_of_the_path() -> None:
    event = {**event_for("refuse_method"), "httpMethod": "OPTIONS", "resource": "/v1/environments/{name}"}
    answer = load("refuse_method").handler(event, Context())
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (204, "DELETE, GET, OPTIONS, PUT")
