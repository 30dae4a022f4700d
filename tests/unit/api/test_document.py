"""The API as it is written down: whole, valid, fresh, and the same as what is deployed."""

import json
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bootseal import errors
from bootseal.api.__main__ import GENERATED, generated
from bootseal.api.document import document, error_types, status_of_type
from bootseal.api.route import Route
from bootseal.api.routes import ROUTES
from bootseal.errors import BootsealError
from bootseal.services.access import PERMISSIONS
from support.aws import REPOSITORY
from support.template import functions

CONTRACT = {
    ("POST", "/v1/secrets"),
    ("GET", "/v1/secrets"),
    ("GET", "/v1/secrets/{scope}/{name}"),
    ("PATCH", "/v1/secrets/{scope}/{name}"),
    ("DELETE", "/v1/secrets/{scope}/{name}"),
    ("GET", "/v1/secrets/{scope}/{name}/versions"),
    ("POST", "/v1/secrets/{scope}/{name}/rollback"),
    ("POST", "/v1/secrets/{scope}/{name}/clone"),
    ("POST", "/v1/import"),
    ("GET", "/v1/scopes/{scope}/public-key"),
    ("POST", "/v1/boot-tokens"),
    ("POST", "/v1/inject"),
    ("GET", "/v1/boot-preview"),
    ("GET", "/v1/boots"),
    ("POST", "/v1/resolve"),
    ("GET", "/v1/audit"),
    ("PUT", "/v1/environments/{name}"),
    ("GET", "/v1/environments/{name}"),
    ("DELETE", "/v1/environments/{name}"),
    ("GET", "/v1/environments"),
    ("GET", "/v1/environments/{name}/versions"),
    ("GET", "/v1/whoami"),
    ("GET", "/openapi.json"),
}
"""What was promised before there was any code. /console/ is for people and stands in docs/, not in the document."""

ADDED = {("POST", "/v1/scopes/{scope}/rotate-key"), ("DELETE", "/v1/users/{user}/secrets")}
"""What there is beyond that."""

NOT_THE_API = {"authorize", "refuse_method", "serve_console"}

BY_FUNCTION = {route.function: route for route in ROUTES}
CODES = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BootsealError)}


def deployed(function: str) -> list[tuple[str, str, bool]]:
    """Method, path and whether the gateway asks for a token, of each event of a function."""
    events = functions()[function].get("Events", {}).values()
    found = [event["Properties"] for event in events if event["Type"] == "Api"]
    return [(p["Method"].upper(), p["Path"], p.get("Auth", {}).get("Authorizer") != "NONE") for p in found]


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_generated_is_fresh(name: str) -> None:
    assert (REPOSITORY / name).read_text("utf-8") == generated()[name], "stale; run: make api-docs"


def test_the_document_is_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_every_route_of_the_contract_is_there_and_no_other_without_being_named_here() -> None:
    assert {(route.method, route.path) for route in ROUTES} == CONTRACT | ADDED
    assert len(ROUTES) == len(CONTRACT | ADDED)


def test_every_function_of_the_template_is_written_down_and_every_route_has_one() -> None:
    assert set(BY_FUNCTION) == set(functions()) - NOT_THE_API


def test_every_function_that_is_written_down_has_its_code_and_its_event() -> None:
    for function in BY_FUNCTION:
        assert (REPOSITORY / "functions" / function / "app.py").is_file()
        assert (REPOSITORY / "events" / f"{function}.json").is_file()


@pytest.mark.parametrize("function", BY_FUNCTION)
def test_a_route_is_deployed_as_it_is_written_down(function: str) -> None:
    route = BY_FUNCTION[function]
    assert deployed(function) == [(route.method, route.path, not route.public)]


def test_every_path_refuses_the_methods_it_does_not_have_and_asks_for_no_token_to_do_so() -> None:
    assert sorted(deployed("refuse_method")) == sorted(("ANY", path, False) for path in {r.path for r in ROUTES})


@pytest.mark.parametrize("function", BY_FUNCTION)
def test_a_recorded_event_is_of_its_route(function: str) -> None:
    route, event = BY_FUNCTION[function], json.loads((REPOSITORY / f"events/{function}.json").read_text())
    assert (event["httpMethod"], event["resource"]) == (route.method, route.path)
    assert ("authorizer" in event["requestContext"]) != route.public
    assert set(event["pathParameters"] or {}) == {p.name for p in route.params if p.place == "path"}
    assert set(event["queryStringParameters"] or {}) <= {p.name for p in route.params if p.place == "query"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.function)
def test_the_example_of_an_answer_is_a_whole_answer(route: Route) -> None:
    if route.answer in (None, dict[str, Any]):
        assert route.answer_example is None
        return
    read = msgspec.convert(route.answer_example, route.answer)
    assert json.loads(msgspec.json.encode(read)) == route.answer_example


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.function)
def test_the_example_of_a_body_is_one_the_route_takes(route: Route) -> None:
    assert (route.body is None) == (route.body_example is None)
    if route.body is not None:
        msgspec.convert(route.body_example, route.body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.function)
def test_a_route_says_who_may_call_it_and_how_it_refuses(route: Route) -> None:
    said = document()["paths"][route.path][route.method.lower()]
    assert route.permission is None or route.permission in PERMISSIONS
    assert ("401" in said["responses"]) == (not route.public or route.path == "/v1/inject")
    assert ("403" in said["responses"]) == (route.permission is not None)
    assert {"400", "429", "500", "503"} <= set(said["responses"])
    assert route.summary


def test_every_error_there_is_is_answered_by_some_route() -> None:
    answered = {kind.code for route in ROUTES for kind in error_types(route)}
    assert CODES - answered == {"method_not_allowed"}


def test_every_error_response_has_an_example_of_each_code() -> None:
    responses = document()["components"]["responses"]
    for route in ROUTES:
        for kind in error_types(route):
            status = str(status_of_type(kind))
            name = document()["paths"][route.path][route.method.lower()]["responses"][status]["$ref"].rsplit("/", 1)[1]
            example = responses[name]["content"]["application/problem+json"]["examples"][kind.code]["value"]
            assert (str(example["status"]), example["code"], example["title"]) == (status, kind.code, kind.title)


def test_no_shape_of_an_answer_but_a_bundle_and_a_resolve_has_room_for_a_value() -> None:
    schemas = document()["components"]["schemas"]
    bodies = {route.body.__name__ for route in ROUTES if route.body} | {"ImportEntry"}
    holders = {
        name
        for name, schema in schemas.items()
        if {"value", "encrypted_value", "ciphertext", "env", "sealed_env", "resolved"} & set(schema["properties"])
    }
    assert holders - bodies == {"Bundle", "Resolved"}


def test_the_reference_page_names_every_route_and_shape() -> None:
    page = generated()["docs/api.md"]
    for route in ROUTES:
        assert f"`{route.method} {route.path}`" in page
    for name in document()["components"]["schemas"]:
        assert f'<a id="{name.lower()}"></a>{name}' in page
