"""What API Gateway itself answers is a problem document like the service's own."""

import pytest

from support.deployed import Answer, Stack

CASES = {
    "no token": ("GET", "/v1/secrets", None, 401, "not_authenticated"),
    "not a token": ("GET", "/v1/secrets", "not-a-token", 401, "not_authenticated"),
    "a made-up token": ("GET", "/v1/secrets", "e30.e30.c2ln", 401, "not_authenticated"),
    "no such path": ("GET", "/v1/nothing", None, 404, "not_found"),
    "no such method": ("PUT", "/v1/secrets", None, 405, "method_not_allowed"),
    "a slash in a name": ("GET", "/v1/secrets/private/a%2Fb", None, 404, "not_found"),
}


def assert_problem(answer: Answer, status: int, code: str) -> None:
    """The answer must be a problem document with the headers every answer has."""
    assert (answer.status, answer.json["status"], answer.code) == (status, status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"] == answer.json["request_id"]
    assert answer.json["title"]
    assert answer.json["detail"]


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_of_the_gateway_is_a_problem_document(shared_stack: Stack, case: str) -> None:
    method, path, bearer, status, code = CASES[case]
    assert_problem(shared_stack.call(None, method, path, bearer=bearer), status, code)


@pytest.mark.parametrize("path", ["/v1/secrets/project%3Aweb/A", "/v1/secrets/project:web/A"])
def test_a_project_scope_is_found_percent_encoded_or_not(shared_stack: Stack, path: str) -> None:
    assert_problem(shared_stack.call("alice", "GET", path), 404, "secret_not_found")


def test_an_id_token_is_no_access_token(shared_stack: Stack) -> None:
    tokens = shared_stack.sign_in("alice", shared_stack.facts["users"]["alice"]["password"])
    assert shared_stack.call(None, "GET", "/v1/whoami", bearer=tokens["AccessToken"]).status == 200
    assert_problem(shared_stack.call(None, "GET", "/v1/whoami", bearer=tokens["IdToken"]), 401, "not_authenticated")


@pytest.mark.parametrize(
    ("user", "org", "permissions"),
    [
        ("alice", "acme", ["audit:read", "secrets:manage", "secrets:read"]),
        ("bob", "acme", ["secrets:read"]),
        ("launcher", "acme", ["boot:issue", "secrets:resolve"]),
        ("mallory", "globex", ["audit:read", "boot:issue", "secrets:manage", "secrets:read", "secrets:resolve"]),
    ],
)
def test_seeded_users_are_who_they_should_be(shared_stack: Stack, user: str, org: str, permissions: list[str]) -> None:
    who = shared_stack.call(user, "GET", "/v1/whoami").json
    assert (who["org"], who["user"], who["permissions"]) == (org, shared_stack.subject(user), permissions)
