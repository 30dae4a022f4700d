"""Asking the audit trail: entries of changes, resolves and refusals, and boots, which are reads of secrets too."""

from dataclasses import dataclass
from functools import partial

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import Receipt
from bootseal.model import Caller, Page, Scope, ScopeKind
from bootseal.ports import AuditLog, BootLog
from bootseal.services.access import AUDIT, require
from bootseal.services.boots import Held, sees_project, source_of
from bootseal.timeline import ALWAYS, Source, Span, collect

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

LOOKED_AT = 500
"""Entries looked at in one round where they have to be sifted."""

Record = AuditEvent | Receipt
"""One thing that happened."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What is asked for; None leaves a field open. A private scope is that of the user it names."""

    span: Span = ALWAYS
    actor: str | None = None
    action: Action | None = None
    scope: Scope | None = None
    env_name: str | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None

    @property
    def held(self) -> Held:
        """The same as a question about boots."""
        return Held(self.scope, self.env_name)

    @property
    def conditions(self) -> int:
        """How many fields an entry must match."""
        return sum(asked is not None for asked in (self.actor, self.action, self.scope, self.env_name))


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """Reads the trail."""

    trail: AuditLog
    boots: BootLog

    def page(self, caller: Caller, query: AuditQuery) -> Page[Record]:
        """One page, newest first. Boots of projects, and entries about projects, out of the caller's sight stay out."""
        require(caller, AUDIT)
        span = query.span.below(query.cursor) if query.cursor else query.span
        sources: list[Source[Record]] = [self._entries(caller.org, query)]
        if query.action in (None, Action.BOOT_INJECT):
            sources.append(source_of(self.boots, caller.org, query.actor, query.held))
        want = LOOKED_AT if query.conditions else None
        return collect(sources, span, query.limit, partial(_kept, caller, query), want)

    def _entries(self, org: str, query: AuditQuery) -> Source[AuditEvent]:
        """The place with the fewest entries to sift."""
        if query.scope is not None and query.env_name is not None:
            return self.trail.of_secret(org, query.scope, query.env_name)
        if query.action is not None:
            return self.trail.of_action(org, query.action)
        if query.actor is not None:
            return self.trail.of_actor(org, query.actor)
        return self.trail.everything(org)


def _kept(caller: Caller, query: AuditQuery, record: Record) -> Record | None:
    matches = _boot_matches if isinstance(record, Receipt) else _entry_matches
    return record if matches(caller, query, record) else None  # type: ignore[arg-type]


def _boot_matches(caller: Caller, query: AuditQuery, receipt: Receipt) -> bool:
    of_actor = query.actor in (None, receipt.subject.user)
    return of_actor and query.held.in_receipt(receipt) and sees_project(caller, receipt)


def _entry_matches(caller: Caller, query: AuditQuery, event: AuditEvent) -> bool:
    return (
        query.actor in (None, event.actor)
        and query.action in (None, event.action)
        and query.scope in (None, event.scope)
        and query.env_name in (None, event.env_name)
        and (event.scope is None or event.scope.kind is ScopeKind.PRIVATE or caller.sees(event.scope))
    )
