"""Looking at secrets: one, or all a caller sees, searched and in pages. Metadata only."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from bootseal.errors import BootsealError, InvalidRequest, SecretNotFound
from bootseal.model import SHARED, Caller, Page, Scope, ScopeKind, Secret, parse_scope, private_scope
from bootseal.names import check_name, env_name
from bootseal.parallel import together
from bootseal.ports import SecretReader
from bootseal.services.access import READ, require_in_scope

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

_READ_AHEAD = 200
"""Secrets asked of one scope at a time while searching."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. `scope` None means every scope the caller sees."""

    scope: Scope | None = None
    text: str = ""
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SecretViewer:
    """Reads a secret's metadata."""

    reader: SecretReader

    def get(self, caller: Caller, scope: Scope, name: str) -> Secret:
        """The secret of that name. Raises `SecretNotFound`, `NotAllowed`, `InvalidName`."""
        require_in_scope(caller, READ, scope)
        secret = self.reader.get(caller.org, scope, env_name(name))
        if secret is None:
            raise SecretNotFound
        return with_last_injected(self.reader, [secret])[0]


@dataclass(frozen=True, slots=True)
class SecretList:
    """Lists secrets."""

    reader: SecretReader

    def page(self, caller: Caller, query: Query) -> Page[Secret]:
        """One page, sorted by env name and then strength of scope."""
        scopes = self._scopes(caller, query.scope)
        after = _parse_cursor(query.cursor, caller)
        step = query.limit + 1 if not query.text else _READ_AHEAD
        starts = [_start_in(scope, after) for scope in scopes]
        # All scopes at once, and what is shown beside their secrets: a list waits for one read, not for each in turn.
        pages = [partial(self.reader.page, caller.org, s, start, step) for s, start in zip(scopes, starts, strict=True)]
        times = [partial(self.reader.last_injected, caller.org, scope) for scope in scopes]
        answers = together([*pages, *times])
        first, injected = answers[: len(scopes)], dict(zip(scopes, answers[len(scopes) :], strict=True))
        streams = [self._stream(caller.org, s, batch, step) for s, batch in zip(scopes, first, strict=True)]
        merged = heapq.merge(*streams, key=_order)
        matching = (secret for secret in merged if _matches(secret, query.text.casefold()))
        found = list(islice(matching, query.limit + 1))
        more = len(found) > query.limit
        items = [_injected_at(s, injected[s.scope].get(s.env_name, "")) for s in found[: query.limit]]
        return Page(items, _cursor(items[-1]) if more else None)

    def _scopes(self, caller: Caller, scope: Scope | None) -> Sequence[Scope]:
        if scope is not None:
            require_in_scope(caller, READ, scope)
            return [scope]
        own = private_scope(caller.user)
        if READ not in caller.permissions:
            return [own]
        projects = [s for s in self.reader.scopes(caller.org) if s.kind is ScopeKind.PROJECT and caller.sees(s)]
        return [own, *projects, SHARED]

    def _stream(self, org: str, scope: Scope, batch: Sequence[Secret], step: int) -> Iterator[Secret]:
        """A scope's secrets from its first `batch` on."""
        while True:
            yield from batch
            if len(batch) < step:
                return
            batch = self.reader.page(org, scope, batch[-1].env_name, step)


def with_last_injected(reader: SecretReader, secrets: Sequence[Secret]) -> Sequence[Secret]:
    """The same secrets with `last_injected_at`; one read a scope, all scopes at once."""
    places = sorted({(secret.org, secret.scope) for secret in secrets}, key=lambda place: place[1].key)
    if not places:
        return secrets
    answers = together([partial(reader.last_injected, org, scope) for org, scope in places])
    times = {
        (scope, name): time for (_, scope), found in zip(places, answers, strict=True) for name, time in found.items()
    }
    return [_injected_at(secret, times.get((secret.scope, secret.env_name), "")) for secret in secrets]


def _injected_at(secret: Secret, time: str) -> Secret:
    # An older time is of a deleted namesake.
    return replace(secret, last_injected_at=time) if time >= secret.created_at else secret


@dataclass(frozen=True, slots=True)
class _Position:
    env_name: str
    scope: Scope


def _order(secret: Secret) -> tuple[str, int, str]:
    return secret.env_name, secret.scope.strength, secret.scope.key


def _start_in(scope: Scope, after: _Position | None) -> str:
    """The env name after which `scope` goes on. Scopes that sort behind the cursor's own still owe its env name."""
    if after is None:
        return ""
    passed = (scope.strength, scope.key) <= (after.scope.strength, after.scope.key)
    return after.env_name if passed else _just_before(after.env_name)


def _just_before(env_name: str) -> str:
    """A text that sorts right before `env_name`, with no possible env name in between ("~" is above them all)."""
    return env_name[:-1] + chr(ord(env_name[-1]) - 1) + "~"


def _matches(secret: Secret, text: str) -> bool:
    return not text or any(text in part.casefold() for part in (secret.name, secret.env_name, secret.description))


def _cursor(secret: Secret) -> str:
    return f"{secret.env_name}@{secret.scope.label}"


def _parse_cursor(cursor: str | None, caller: Caller) -> _Position | None:
    """A cursor is only "after this name in this scope", checked as such, so there is nothing in it to tamper with."""
    if cursor is None:
        return None
    name, _, label = cursor.partition("@")
    try:
        return _Position(check_name(name).upper(), parse_scope(label, caller.user))
    except BootsealError:
        raise InvalidRequest.of_field("cursor", "is not one this API gave out; start again without it") from None
