"""The OpenAPI 3.1 document, made of the routes and the shapes of bodies and answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from bootseal import __version__, errors
from bootseal.api.route import Param, Route
from bootseal.api.routes import ROUTES
from bootseal.api.shapes import Problem
from bootseal.api.texts import HEADERS, INTRODUCTION, STATUS_TITLES
from bootseal.errors import BootsealError
from bootseal.http import status_of

_REF: Final = "#/components/schemas/{name}"
_EVERY_CALL: Final = (errors.InvalidRequest, errors.Throttled, BootsealError, errors.Unavailable)
_EVERY_BODY: Final = (errors.UnknownField, errors.PayloadTooLarge, errors.UnsupportedMediaType)
_EVERY_CALLER: Final = (errors.NotAuthenticated,)


def document(routes: Sequence[Route] = ROUTES) -> dict[str, Any]:
    """The whole document, as JSON's own kinds of value."""
    made: dict[str, Any] = json.loads(json.dumps(_document(routes)))
    return made


def _document(routes: Sequence[Route]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    components = _components(routes)
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bootseal",
            "version": __version__,
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": ".", "description": "Where this document is served."}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "security": [{"accessToken": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _problem_responses(routes),
            "headers": {name: _header(text) for name, text in HEADERS.items()},
            "securitySchemes": {
                "accessToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An OIDC access token. Its `scope`, `permissions` or `groups` say what it may do.",
                },
                "bootToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of one VM's boot, from `POST /v1/boot-tokens`.",
                },
            },
        },
    }


def error_types(route: Route) -> tuple[type[BootsealError], ...]:
    """Every error a route may answer, those of every call included."""
    body = _EVERY_BODY if route.body else ()
    caller = () if route.public else _EVERY_CALLER
    allowed = () if route.permission is None else (errors.NotAllowed,)
    return tuple(dict.fromkeys((*_EVERY_CALL, *caller, *allowed, *body, *route.errors)))


def by_status(kinds: Iterable[type[BootsealError]]) -> dict[int, list[type[BootsealError]]]:
    """Errors by the status they are answered with."""
    found: dict[int, list[type[BootsealError]]] = {}
    for kind in kinds:
        found.setdefault(status_of_type(kind), []).append(kind)
    return dict(sorted(found.items()))


def status_of_type(kind: type[BootsealError]) -> int:
    """The status of an error type."""
    return status_of(kind(()) if kind is errors.MissingRequired else kind())


def permission_text(route: Route) -> str:
    """Who may call a route, in words."""
    if route.public:
        return "The boot token." if route.path == "/v1/inject" else "No token needed."
    if route.permission is None:
        return "Any token."
    own = "; none for the caller's own private secrets" if route.own_private else ""
    return f"Permission `{route.permission}`{own}."


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.function,
        "summary": route.summary,
        "description": "\n\n".join(filter(None, (permission_text(route), route.notes))),
        "tags": [route.tag],
    }
    if route.public:
        operation["security"] = [{"bootToken": []}] if route.path == "/v1/inject" else []
    if route.params:
        operation["parameters"] = [_parameter(param) for param in route.params]
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": _body(route)}}
    operation["responses"] = _responses(route)
    if route.permission:
        operation["x-permission"] = route.permission
    return operation


def _parameter(param: Param) -> dict[str, Any]:
    schema = {**_inline(param.kind), **param.schema}
    example = {"example": schema["examples"][0]} if schema.get("examples") else {}
    schema = {key: value for key, value in schema.items() if key not in ("description", "examples")}
    if param.blank:
        schema = {"anyOf": [schema, {"type": "string", "maxLength": 0}]}
    return {
        "name": param.name,
        "in": param.place,
        "description": param.description,
        "required": param.required,
        "schema": schema,
        **example,
    }


def _body(route: Route) -> dict[str, Any]:
    shape = _inline(route.body)
    return {
        "schema": {"allOf": [shape, dict(route.body_rules)]} if route.body_rules else shape,
        "example": route.body_example,
    }


def _responses(route: Route) -> dict[str, Any]:
    answers = {str(route.status): _answer(route)}
    if route.method == "PUT":
        answers["201"] = {**_answer(route), "headers": _header_refs(("ETag", "Location"))}
    problems = {
        str(status): {"$ref": f"#/components/responses/{_problem_name(status, kinds)}"}
        for status, kinds in by_status(error_types(route)).items()
    }
    return dict(sorted({**answers, **problems}.items()))


def _problem_responses(routes: Sequence[Route]) -> dict[str, Any]:
    """What routes answer their errors with. Many routes share one."""
    found = {
        _problem_name(status, kinds): _problem(status, kinds)
        for route in routes
        for status, kinds in by_status(error_types(route)).items()
    }
    return dict(sorted(found.items()))


def _problem_name(status: int, kinds: Sequence[type[BootsealError]]) -> str:
    return "-".join([str(status), *(kind.code for kind in kinds)])


def _answer(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done.", "headers": _header_refs(route.headers)}
    if route.answer is not None:
        example = {} if route.answer_example is None else {"example": route.answer_example}
        answer["content"] = {"application/json": {"schema": _inline(route.answer), **example}}
    return answer


def _problem(status: int, kinds: Sequence[type[BootsealError]]) -> dict[str, Any]:
    more = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    return {
        "description": f"{STATUS_TITLES[status]}: {', '.join(f'`{kind.code}`' for kind in kinds)}.",
        "headers": _header_refs(more),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": _REF.format(name="Problem")},
                "examples": {kind.code: {"value": _problem_example(status, kind)} for kind in kinds},
            }
        },
    }


def _problem_example(status: int, kind: type[BootsealError]) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "status": status,
        "title": kind.title,
        "detail": kind.title,
        "code": kind.code,
        "request_id": "00000000-0000-4000-8000-000000000001",
    }


def _header_refs(names: Iterable[str]) -> dict[str, Any]:
    every = ("X-Request-Id", "Cache-Control")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *every)}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _inline(kind: Any) -> dict[str, Any]:
    """The schema of one kind; a reference where it has a name."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return dict(schema)


def _components(routes: Sequence[Route]) -> dict[str, Any]:
    kinds = [kind for route in routes for kind in (route.body, route.answer) if kind is not None]
    _, found = msgspec.json.schema_components([*kinds, Problem], ref_template=_REF)
    return {name: _cleaned(schema) for name, schema in sorted(found.items())}


def _cleaned(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A component without the fields that are known only to be refused."""
    properties = {name: one for name, one in schema.get("properties", {}).items() if "x-immutable" not in one}
    return {**schema, "properties": properties} if properties else dict(schema)
