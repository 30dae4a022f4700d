"""One working request for every route and every kind of place it can be aimed at, for tests over all routes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from support.calls import ALL_PERMISSIONS, Answer, Person, call

ADMIN = Person(user="alice", permissions=ALL_PERMISSIONS)
SCOPES = {"private": "private", "shared": "shared", "project": "project:web"}
_numbers = count()

Request = dict[str, Any]
CONSUMING = frozenset({"create_secret", "delete_secret", "clone_secret", "import_secrets", "delete_environment"})


@dataclass(frozen=True)
class Attempt:
    """A request that a caller with every permission succeeds with, made anew each time: `prepared` makes what it needs.

    `place` is where it is aimed: `private` (the caller's own), `shared`, `project` (a secret of project web),
    `org` (no scope), `launch` (a boot in project web), `own` (the caller's own VMs) or `nowhere` (needs no permission).
    `absent` is the same aimed at what does not exist, where that can be.
    """

    function: str
    place: str
    permissions: frozenset[str]
    prepared: Callable[[], Request]
    absent: Callable[[], Request] | None = None

    @property
    def consumes(self) -> bool:
        """Whether a request that succeeded cannot succeed again."""
        return self.function in CONSUMING

    @property
    def label(self) -> str:
        """How a test names it."""
        return f"{self.function}-{self.place}"

    def run(self, person: Person, request: Request | None = None) -> Answer:
        """Make the request as `person`."""
        return call(self.function, person, **(request if request is not None else self.prepared()))


def fresh() -> str:
    """A name nothing has yet."""
    return f"n{next(_numbers)}"


def made(scope: str, **fields: Any) -> dict[str, str]:
    """The path of a secret made for this."""
    name = fresh()
    body = {"name": name, "scope": scope, "value": "made up", "instructions_safe": True, **fields}
    answer = call("create_secret", ADMIN, body=body)
    assert answer.status == 201, answer.text
    return {"scope": scope, "name": name}


def made_environment() -> dict[str, str]:
    """The path of an environment made for this."""
    name = fresh()
    assert call("put_environment", ADMIN, path={"name": name}, body={"variables": {"A": "1"}}).status == 201
    return {"name": name}


def _absent(scope: str) -> dict[str, str]:
    return {"scope": scope, "name": fresh()}


READ, MANAGE = frozenset({"secrets:read"}), frozenset({"secrets:manage"})
ISSUE, RESOLVE, AUDIT = frozenset({"boot:issue"}), frozenset({"secrets:resolve"}), frozenset({"audit:read"})


def _rollback(path: dict[str, str]) -> Request:
    version = call("get_secret", ADMIN, path=path).json["version"]
    return {"path": path, "body": {"version": version}}


def _of_scope(place: str, scope: str) -> list[Attempt]:
    """What can be done with a secret of one scope."""
    no_version = {"body": {"version": "0" * 20}}
    one = [
        ("get_secret", READ, lambda: {"path": made(scope)}, lambda: {"path": _absent(scope)}),
        ("list_versions", READ, lambda: {"path": made(scope)}, lambda: {"path": _absent(scope)}),
        (
            "update_secret",
            MANAGE,
            lambda: {"path": made(scope), "body": {"description": "x"}},
            lambda: {"path": _absent(scope), "body": {"description": "x"}},
        ),
        ("delete_secret", MANAGE, lambda: {"path": made(scope)}, lambda: {"path": _absent(scope)}),
        (
            "rollback_secret",
            MANAGE,
            lambda: _rollback(made(scope)),
            lambda: {"path": _absent(scope), **no_version},
        ),
        (
            "clone_secret",
            MANAGE,
            lambda: {"path": made(scope), "body": {"scope": "private", "name": fresh()}},
            lambda: {"path": _absent(scope), "body": {"scope": "private"}},
        ),
        ("get_public_key", MANAGE, lambda: {"path": {"scope": scope}, "query": {"name": "A"}}, None),
        ("create_secret", MANAGE, lambda: {"body": {"name": fresh(), "scope": scope, "value": "made up"}}, None),
        (
            "import_secrets",
            MANAGE,
            lambda: {"body": {"scope": scope, "entries": [{"name": fresh(), "value": "made up"}]}},
            None,
        ),
        ("rotate_scope_key", MANAGE, lambda: {"path": {"scope": scope}, "body": {"resume": True}}, None),
        ("list_secrets", READ, lambda: {"query": {"scope": scope}}, None),
    ]
    attempts = [Attempt(function, place, needed, prepared, absent) for function, needed, prepared, absent in one]
    into = Attempt(
        "clone_secret",
        f"into-{place}",
        MANAGE,
        lambda: {"path": made("private"), "body": {"scope": scope, "name": fresh()}},
    )
    return [*attempts, into]


_PLAIN = [
    Attempt("list_secrets", "nowhere", frozenset(), dict),
    Attempt("whoami", "nowhere", frozenset(), dict),
    Attempt("list_boots", "nowhere", frozenset(), dict),
    Attempt("list_boots", "shared", READ, lambda: {"query": {"user": "carol"}}),
    Attempt("list_boots", "project", READ, lambda: {"query": {"scope": "project:web", "user": "carol"}}),
    Attempt("issue_boot_token", "org", ISSUE, lambda: {"body": {"user": "alice"}}),
    Attempt("issue_boot_token", "launch", ISSUE, lambda: {"body": {"user": "alice", "project": "web"}}),
    Attempt("preview_boot", "own", READ | ISSUE, dict),
    Attempt("preview_boot", "org", ISSUE, lambda: {"query": {"user": "carol"}}),
    Attempt("preview_boot", "launch", ISSUE, lambda: {"query": {"user": "carol", "project": "web"}}),
    Attempt("resolve_templates", "org", RESOLVE, lambda: {"body": {"templates": {"a": "x"}, "target": "text"}}),
    Attempt(
        "resolve_templates",
        "launch",
        RESOLVE,
        lambda: {"body": {"templates": {"a": "x"}, "target": "text", "project": "web"}},
    ),
    Attempt("query_audit", "org", AUDIT, dict),
    Attempt("list_environments", "org", READ, dict),
    Attempt("get_environment", "org", READ, lambda: {"path": made_environment()}, lambda: {"path": {"name": fresh()}}),
    Attempt(
        "list_environment_versions",
        "org",
        READ,
        lambda: {"path": made_environment()},
        lambda: {"path": {"name": fresh()}},
    ),
    Attempt("put_environment", "org", MANAGE, lambda: {"path": {"name": fresh()}, "body": {"variables": {"A": "1"}}}),
    Attempt(
        "delete_environment", "org", MANAGE, lambda: {"path": made_environment()}, lambda: {"path": {"name": fresh()}}
    ),
    Attempt("remove_user", "whole-org", MANAGE | AUDIT, lambda: {"path": {"user": "carol"}}),
]

ATTEMPTS: list[Attempt] = [one for place, scope in SCOPES.items() for one in _of_scope(place, scope)] + _PLAIN
"""All of them."""
