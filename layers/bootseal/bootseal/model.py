"""The values the product is about. Frozen, free of I/O; each rule stands beside the value it is a rule of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Generic, TypeVar

from bootseal.errors import InvalidScope, Unprocessable
from bootseal.names import SLUG_RULE, check_slug, is_slug
from bootseal.secret_value import HINT_MIN_LENGTH as HINT_MIN_LENGTH  # noqa: PLC0414 - part of the model for everyone else
from bootseal.secret_value import VALUE_MAX_BYTES as VALUE_MAX_BYTES  # noqa: PLC0414 - part of the model for everyone else
from bootseal.secret_value import SecretValue as SecretValue  # noqa: PLC0414 - part of the model for everyone else
from bootseal.secret_value import check_hint as check_hint  # noqa: PLC0414 - part of the model for everyone else

DESCRIPTION_MAX: Final = 1_000
"""Longest description, in characters."""

KEPT_VALUES: Final = 10
"""How many values a secret keeps, the current one included."""

KEPT_VERSIONS: Final = 40
"""How many superseded versions a secret keeps at most, changes of metadata included. Keeps a delete one transaction."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def check_description(text: str) -> str:
    """Return `text` if it can be a description: up to 1,000 characters, no control characters but line ends and tabs.

    Nor those that turn the direction of writing, with which a text reads as something else than it is.
    """
    if len(text) > DESCRIPTION_MAX:
        raise Unprocessable.of_field("description", f"is over {DESCRIPTION_MAX} characters")
    if _UNSEEN.search(text):
        raise Unprocessable.of_field("description", "holds control characters")
    return text


class ScopeKind(StrEnum):
    """Where a secret lives, strongest first at boot."""

    PRIVATE = "private"
    PROJECT = "project"
    SHARED = "shared"


T = TypeVar("T")

_STRENGTH = {ScopeKind.PRIVATE: 0, ScopeKind.PROJECT: 1, ScopeKind.SHARED: 2}


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope: its kind, and the user (`private`) or project slug (`project`) it belongs to."""

    kind: ScopeKind
    owner: str = ""

    @property
    def key(self) -> str:
        """The scope key, unique in the org: `private:<sub>`, `project:<slug>` or `shared`."""
        return f"{self.kind}:{self.owner}" if self.owner else str(self.kind)

    @property
    def label(self) -> str:
        """What the API shows: as `key`, but never whose `private` it is."""
        return self.key if self.kind is ScopeKind.PROJECT else str(self.kind)

    @property
    def strength(self) -> int:
        """Precedence at boot; the lowest number wins."""
        return _STRENGTH[self.kind]


SHARED: Final = Scope(ScopeKind.SHARED)


def private_scope(user: str) -> Scope:
    """The private scope of `user` (the `sub` of a token)."""
    return Scope(ScopeKind.PRIVATE, user)


def project_scope(slug: str, scope_field: str = "project") -> Scope:
    """The scope of project `slug`. Raises `InvalidName`."""
    return Scope(ScopeKind.PROJECT, check_slug(slug, scope_field))


def parse_scope(label: str, user: str, scope_field: str = "scope") -> Scope:
    """The scope a caller means by `label`; `private` is always the caller's own. Raises `InvalidScope`."""
    if label == "private":
        return private_scope(user)
    if label == "shared":
        return SHARED
    if label.startswith("project:"):
        try:
            return project_scope(label.removeprefix("project:"), scope_field)
        except Unprocessable:
            raise InvalidScope.of_field(scope_field, f"the project slug must be {SLUG_RULE}") from None
    raise InvalidScope.of_field(scope_field, "must be private, shared or project:<slug>")


def parse_scope_key(key: str) -> Scope:
    """The scope of a scope key, as rows carry it. Raises `ValueError` for anything else."""
    kind, _, owner = key.partition(":")
    scope = Scope(ScopeKind(kind), owner)
    if scope.key != key or (scope.kind is ScopeKind.SHARED) is bool(owner):
        raise ValueError("not a scope key")
    if scope.kind is ScopeKind.PROJECT and not is_slug(owner):
        raise ValueError("not a scope key")
    return scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as the authorizer verified it. `projects` is None where the token does not limit them."""

    org: str
    user: str
    permissions: frozenset[str]
    projects: frozenset[str] | None = None
    source_ip: str = ""
    user_agent: str = ""

    def sees(self, scope: Scope) -> bool:
        """Whether the caller's token reaches `scope` at all, permissions aside."""
        if scope.kind is ScopeKind.PRIVATE:
            return scope.owner == self.user
        return scope.kind is ScopeKind.SHARED or self.projects is None or scope.owner in self.projects


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value nobody here can read: the ciphertext, the scope key it is sealed to, and its hint."""

    ciphertext: bytes = field(repr=False)
    key_id: str
    suite: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret at one version: everything stored of it but its clear value.

    `revision` counts changes from 1 and orders versions; `version` is the opaque name of this one and
    `value_version` of the one that brought the value. `superseded` lists the kept older versions, oldest first,
    each with its value version. Times are RFC 3339 UTC with milliseconds.
    """

    org: str
    scope: Scope
    name: str
    env_name: str
    description: str
    auto_install: bool
    instructions_safe: bool
    sealed: SealedValue
    version: str
    value_version: str
    revision: int
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str
    superseded: tuple[tuple[str, str], ...] = ()
    signature: bytes = field(default=b"", repr=False)
    last_injected_at: str | None = None

    def signed(self, signature: bytes) -> "Secret":
        """The same secret with its signature."""
        return replace(self, signature=signature)


@dataclass(frozen=True, slots=True)
class ScopeKey:
    """A scope's key pair: the public half, and the private half wrapped by KMS. `generation` counts from 1."""

    org: str
    scope: Scope
    generation: int
    public_key: bytes
    wrapped_private_key: bytes = field(repr=False)
    created_at: str
    signature: bytes = field(default=b"", repr=False)

    @property
    def key_id(self) -> str:
        """The key's name in its scope: `k000001`, `k000002`, ..., so that names sort by age."""
        return f"k{self.generation:06d}"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing; `next_cursor` is None on the last one."""

    items: Sequence[T]
    next_cursor: str | None
