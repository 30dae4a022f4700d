"""Calling functions as API Gateway does: an event from `events/`, changed for the case at hand, and the answer read."""

import copy
import importlib.util
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from support.aws import REPOSITORY

ALL_PERMISSIONS = "audit:read boot:issue secrets:manage secrets:read secrets:resolve"


@dataclass(frozen=True)
class Person:
    """Who calls."""

    user: str = "alice"
    org: str = "acme"
    permissions: str = "secrets:read secrets:manage audit:read"
    projects: str = "*"


ALICE = Person()
BOB = Person(user="bob", permissions="secrets:read")
LAUNCHER = Person(user="launcher", permissions="boot:issue secrets:resolve")
MALLORY = Person(user="mallory", org="globex", permissions=ALL_PERMISSIONS)


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return str(self.json["code"])


class Context:
    """What Lambda hands a function beside its event."""

    function_name = "test"
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:test"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000  # Far more than there is on AWS: how busy the machine is must decide no test.


@cache
def load(function: str) -> ModuleType:
    """`functions/<function>/app.py` as a module of its own."""
    path = REPOSITORY / "functions" / function / "app.py"
    spec = importlib.util.spec_from_file_location(f"functions_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event_for(function: str) -> dict[str, Any]:
    """The recorded event of a function."""
    return copy.deepcopy(json.loads((REPOSITORY / "events" / f"{function}.json").read_text()))


def call(
    function: str,
    person: Person | None = ALICE,
    *,
    body: Any = None,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str | list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Invoke a function with its recorded event, everything that identifies the case replaced."""
    event = event_for(function)
    event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
    event["pathParameters"] = dict(path) if path else None
    several = {key: [value] if isinstance(value, str) else value for key, value in (query or {}).items()}
    event["queryStringParameters"] = {key: values[-1] for key, values in several.items()} or None
    event["multiValueQueryStringParameters"] = several or None
    event["headers"] = {"User-Agent": "tests/1", **(headers or {})}
    event["requestContext"]["requestId"] = str(uuid.uuid4())
    event["requestContext"]["authorizer"] = _context(person)
    answer = load(function).handler(event, Context())
    return Answer(answer["statusCode"], answer["headers"], answer["body"])


def _context(person: Person | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {
        "principalId": person.user,
        "org": person.org,
        "user": person.user,
        "permissions": person.permissions,
        "projects": person.projects,
    }


def create(name: str, value: str, scope: str = "private", person: Person = ALICE, **fields: Any) -> Answer:
    """Create a secret."""
    return call("create_secret", person, body={"name": name, "scope": scope, "value": value, **fields})


def issue(user: str = "alice", person: Person = LAUNCHER, **fields: Any) -> str:
    """A boot token."""
    answer = call("issue_boot_token", person, body={"user": user, **fields})
    assert answer.status == 201, answer.text
    return str(answer.json["boot_token"])


def inject(token: str, **body: Any) -> Answer:
    """Trade a boot token."""
    return call("boot_inject", None, body=body, headers={"Authorization": f"Bearer {token}"})
