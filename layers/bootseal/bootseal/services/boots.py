"""Looking at receipts: which sessions got what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import Receipt, ReceiptEntry, Status
from bootseal.errors import NotAllowed
from bootseal.ids import epoch_of, stamp_of
from bootseal.model import Caller, Page, Scope, ScopeKind
from bootseal.ports import AuditLog, BootLog
from bootseal.services.access import READ, require_in_scope
from bootseal.timeline import Source, Span, collect

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

SLACK_SECONDS = 300
"""How long before and after a version's life its boots are looked for: a boot's receipt is written a moment after the
secrets were read, and clocks differ."""

LOOKED_AT = 500
"""Boots looked at in one round where a user's are sifted."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt must say was injected; None matches anything."""

    scope: Scope | None = None
    env_name: str | None = None
    version: str | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether every receipt will do."""
        return self == ANYTHING

    def in_line(self, line: ReceiptEntry) -> bool:
        """Whether a line of a receipt says so."""
        return (
            line.status is Status.INJECTED
            and self.scope in (None, line.scope)
            and self.env_name in (None, line.env_name)
            and self.version in (None, line.version)
        )

    def in_receipt(self, receipt: Receipt) -> bool:
        """Whether any line of `receipt` says so."""
        return self.asks_nothing or any(map(self.in_line, receipt.entries))


ANYTHING: Final = Held()
"""Asks nothing of a receipt."""


@dataclass(frozen=True, slots=True)
class BootQuery:
    """What is asked for; None leaves a field open."""

    user: str | None = None
    session_id: str | None = None
    held: Held = ANYTHING
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class BootList:
    """Lists receipts."""

    boots: BootLog
    trail: AuditLog

    def page(self, caller: Caller, query: BootQuery) -> Page[Receipt]:
        """One page, newest first: the caller's own boots and, with `secrets:read`, those of others.

        Of others' boots the lines of private secrets stay out, and boots of projects the caller does not see.
        Raises `NotAllowed`, `SecretNotFound` for a project out of sight.
        """
        query = _allowed(caller, query)
        source = _source(self.boots, caller.org, query.user, query.session_id, query.held)
        span = life_of(self.trail, caller.org, query.held)
        span = span.below(query.cursor) if query.cursor else span
        want = None if query.held.asks_nothing else LOOKED_AT
        keep = partial(_kept, caller, query)
        return collect([source], span, query.limit, keep, None if _is_exact(query) else want)


def _allowed(caller: Caller, query: BootQuery) -> BootQuery:
    """The query as far as the caller may ask it."""
    scope = query.held.scope
    if scope is not None and scope.kind is ScopeKind.PRIVATE:
        query = replace(query, user=query.user or scope.owner)
    if READ in caller.permissions:
        if scope is not None:
            require_in_scope(caller, READ, scope)
        return query
    if query.user not in (None, caller.user):
        raise NotAllowed(f"Boots of others need the permission {READ}; your own are shown without it.")
    return replace(query, user=caller.user)


def _is_exact(query: BootQuery) -> bool:
    """Whether the place asked holds only what matches, so that nothing has to be sifted."""
    return query.user is None and query.session_id is None and query.held.scope is not None


def _source(boots: BootLog, org: str, user: str | None, session_id: str | None, held: Held) -> Source[Receipt]:
    if session_id is not None:
        return boots.of_session(org, session_id)
    return source_of(boots, org, user, held)


def source_of(boots: BootLog, org: str, user: str | None, held: Held) -> Source[Receipt]:
    """Where the boots of `user`, or all that got `held`, are found with the fewest reads."""
    if user is not None:
        return boots.of_user(org, user)
    if held.scope is None:
        return boots.of_org(org)
    if held.scope.kind is ScopeKind.PRIVATE:
        return boots.of_user(org, held.scope.owner)
    return boots.holding(org, held.scope, held.in_line)


def _kept(caller: Caller, query: BootQuery, receipt: Receipt) -> Receipt | None:
    if query.user not in (None, receipt.subject.user):
        return None
    seen = visible(caller, receipt)
    return seen if seen is not None and query.held.in_receipt(seen) else None


def visible(caller: Caller, receipt: Receipt) -> Receipt | None:
    """What of a receipt the caller may see: all of their own; of others' what is not private; None for nothing."""
    if receipt.subject.user == caller.user:
        return receipt
    if READ not in caller.permissions or not sees_project(caller, receipt):
        return None
    return replace(receipt, entries=tuple(line for line in receipt.entries if not _is_private(line)))


def sees_project(caller: Caller, receipt: Receipt) -> bool:
    """Whether the caller's token reaches the project of a boot, if it has one."""
    project = receipt.subject.project
    return project is None or caller.sees(Scope(ScopeKind.PROJECT, project))


def _is_private(line: ReceiptEntry) -> bool:
    return line.scope is not None and line.scope.kind is ScopeKind.PRIVATE


def life_of(trail: AuditLog, org: str, held: Held) -> Span:
    """When a boot may have got that version: from its making to its end, as far as the audit trail knows.

    Works as well after the secret was deleted: the trail outlives it.
    """
    if held.scope is None or held.env_name is None or held.version is None:
        return Span()
    return _life(trail.changes(org, held.scope, held.env_name), held.version)


def _life(newest_first: Sequence[AuditEvent], version: str) -> Span:
    end = ""
    for change in newest_first:
        if change.action is not Action.SECRET_DELETE and change.version == version:
            return Span(_moved(change.time, -SLACK_SECONDS), _moved(end, SLACK_SECONDS) + "~" if end else Span().high)
        end = change.time
    return Span()


def _moved(stamp: str, seconds: int) -> str:
    return stamp_of(epoch_of(stamp) + seconds)
