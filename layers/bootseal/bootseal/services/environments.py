"""Environments: named sets of variables that are no secrets. Looked at, changed and deleted, every change kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.environment_model import (
    Environment,
    check_environment_name,
    check_variables,
    check_version,
    checked_description,
    next_version,
    sensitive_fields,
)
from bootseal.errors import Conflict, EnvironmentNotFound, InvalidName, InvalidRequest, SensitiveValue, VersionMismatch
from bootseal.ids import new_event_id, timestamp
from bootseal.model import Caller, Page
from bootseal.ports import Clock, EnvironmentReader, EnvironmentWriter, Signer
from bootseal.services.access import MANAGE, READ, require
from bootseal.signing import Verifier, environment_statement

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

_PAGE_MAX_BYTES = 2_500_000
"""Variables of one page: twice that in JSON escapes still fits Lambda's 6 MB answer."""

_RETRIES = 5
"""How often an unconditional change is tried again when somebody else changed the environment in between."""

Detector = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Which variables look like credentials, each with why."""


@dataclass(frozen=True, slots=True)
class EnvironmentDraft:
    """What an environment is to be. `description` None leaves it as it is."""

    variables: Mapping[str, str]
    description: str | None = None
    allow_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentViewer:
    """Shows environments, variables in clear."""

    reader: EnvironmentReader

    def get(self, caller: Caller, name: str) -> Environment:
        """The environment as it is now. Raises `EnvironmentNotFound`, `NotAllowed`, `InvalidName`."""
        require(caller, READ)
        return existing(self.reader.current(caller.org, check_environment_name(name)))

    def page(self, caller: Caller, limit: int = LIMIT_DEFAULT, cursor: str | None = None) -> Page[Environment]:
        """One page, by name. The cursor is "after this name" and nothing else."""
        require(caller, READ)
        found = self.reader.page(caller.org, _after(cursor), limit + 1)
        kept = _fitting(found[:limit])
        return Page(kept, kept[-1].name if len(found) > len(kept) else None)

    def versions(
        self, caller: Caller, name: str, limit: int = LIMIT_DEFAULT, cursor: str | None = None
    ) -> Page[Environment]:
        """Every change, newest first, also of an environment deleted since. The cursor is "before this version"."""
        require(caller, READ)
        before = None if cursor is None else check_version(cursor, "cursor")
        found = self.reader.history(caller.org, check_environment_name(name), before, limit + 1)
        if not found and before is None:
            existing(None)
        kept = _fitting(found[:limit])
        return Page(kept, kept[-1].version if len(found) > len(kept) else None)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the environment that is there before another takes its place.

    `if_match`: it is this version, or with `*` there is one. `only_new`: there is none.
    """

    if_match: str | None = None
    only_new: bool = False

    def checked(self, environment: Environment | None) -> Environment | None:
        """The environment, if the condition holds of it; otherwise `VersionMismatch`."""
        if self.only_new and environment is not None:
            raise VersionMismatch("There is an environment of this name already; read it and change that one.")
        return matching(environment, self.if_match)


@dataclass(frozen=True, slots=True)
class EnvironmentEditor:
    """Makes and changes environments."""

    reader: EnvironmentReader
    writer: EnvironmentWriter
    signer: Signer
    clock: Clock
    table_label: str
    sensitive: Detector

    def put(self, caller: Caller, name: str, draft: EnvironmentDraft, condition: Condition) -> tuple[Environment, bool]:
        """The environment as it is then, and whether it is new. What changes nothing makes no version.

        Where `condition` does not hold: `VersionMismatch`, nothing changed. Raises `SensitiveValue` for what looks
        like a credential, unless the draft allows it.
        """
        require(caller, MANAGE)
        check_environment_name(name)
        variables = check_variables(draft.variables)
        self._refuse_sensitive(draft)
        for _ in range(_RETRIES):
            before = condition.checked(self.reader.current(caller.org, name))
            description = checked_description(draft.description, before.description if before else "")
            if before and (before.variables, before.description) == (variables, description):
                return before, False
            after = self._signed(
                replace(self._next(caller, name, before), variables=variables, description=description)
            )
            try:
                self.writer.put(before, after, _event(caller, Action.ENVIRONMENT_PUT, after, draft.allow_sensitive))
            except VersionMismatch:
                if condition.if_match is not None:
                    raise changed() from None
            else:
                return after, before is None
        raise Conflict("The environment is being changed by others right now; try again.")

    def _refuse_sensitive(self, draft: EnvironmentDraft) -> None:
        reasons = {} if draft.allow_sensitive else self.sensitive(draft.variables)
        if reasons:
            raise SensitiveValue(
                f"Everyone in the org can read an environment, and {', '.join(sorted(reasons))} looks like a "
                "credential. Store it as a secret, or send allow_sensitive: true.",
                *sensitive_fields(reasons),
            )

    def _next(self, caller: Caller, name: str, before: Environment | None) -> Environment:
        now = timestamp(self.clock.now())
        if before is None:
            return self._first(caller, name, now)
        # What is about to be signed again must have been signed before: a changed row is not made good by an edit.
        verify_environment(self.signer.verifier(), self.table_label, before)
        return _following(caller, before, now)

    def _first(self, caller: Caller, name: str, now: str) -> Environment:
        history = self.reader.history(caller.org, name, None, 1)  # Of one that was deleted; its count goes on.
        version = next_version(history[0].version if history else None)
        return Environment(caller.org, name, "", (), version, now, caller.user, now, caller.user)

    def _signed(self, environment: Environment) -> Environment:
        return environment.signed(self.signer.sign(environment_statement(self.table_label, environment)))


@dataclass(frozen=True, slots=True)
class EnvironmentRemover:
    """Deletes environments. Holds no key of any kind."""

    reader: EnvironmentReader
    writer: EnvironmentWriter
    clock: Clock

    def delete(self, caller: Caller, name: str, if_match: str | None = None) -> None:
        """Delete the environment; its history stays. Launches that name it fail until it is made again.

        The note in the history is not signed: no boot reads it, and this needs no key.
        """
        require(caller, MANAGE)
        check_environment_name(name)
        for _ in range(_RETRIES):
            before = existing(self.reader.current(caller.org, name))
            matching(before, if_match)
            note = replace(_following(caller, before, timestamp(self.clock.now())), variables=(), deleted=True)
            try:
                return self.writer.delete(before, note, _event(caller, Action.ENVIRONMENT_DELETE, note))
            except VersionMismatch:
                if if_match is not None:
                    raise changed() from None
        raise Conflict("The environment is being changed by others right now; try again.")


def _following(caller: Caller, before: Environment, now: str) -> Environment:
    """`before` as the next version of itself, by `caller`, still unsigned."""
    version = next_version(before.version)
    return replace(before, version=version, updated_at=now, updated_by=caller.user, signature=b"")


def verify_environment(verifier: Verifier, table_label: str, environment: Environment) -> Environment:
    """Return `environment` if its signature holds; raise `IntegrityError` if not."""
    what = f"The environment {environment.name}"
    verifier.verify(environment_statement(table_label, environment), environment.signature, what)
    return environment


def existing(environment: Environment | None) -> Environment:
    """The environment, or `EnvironmentNotFound`, which does not repeat what was asked for."""
    if environment is None:
        raise EnvironmentNotFound("There is no such environment; `bootseal environments list` shows those there are.")
    return environment


def matching(environment: Environment | None, if_match: str | None) -> Environment | None:
    """The environment if `if_match` is absent, `*` (there is one) or its version; otherwise `VersionMismatch`."""
    if if_match is None or (environment is not None and if_match in ("*", environment.version)):
        return environment
    raise changed()


def changed() -> VersionMismatch:
    """What is raised where `If-Match` does not hold."""
    return VersionMismatch("The environment has changed since you read it; read it again and repeat your change.")


def _event(caller: Caller, action: Action, environment: Environment, allow_sensitive: bool = False) -> AuditEvent:
    details = (("environment", environment.name), *((("allow_sensitive", "true"),) if allow_sensitive else ()))
    return event_by(
        caller, action, environment.updated_at, new_event_id(), version=environment.version, details=details
    )


def _after(cursor: str | None) -> str:
    try:
        return "" if cursor is None else check_environment_name(cursor)
    except InvalidName:
        raise InvalidRequest.of_field("cursor", "is not one this API gave out; start again without it") from None


def _fitting(environments: Sequence[Environment]) -> Sequence[Environment]:
    """As many from the front as fit one answer: at least 76, since an environment has a limit of its own."""
    sizes = accumulate(sum(len(n) + len(v.encode()) for n, v in one.variables) for one in environments)
    return environments[: sum(1 for _ in takewhile(lambda size: size <= _PAGE_MAX_BYTES, sizes))]
