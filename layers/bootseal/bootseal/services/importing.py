"""Importing many secrets into one scope, all or none. Nothing here can open one."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import msgspec

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.errors import BootsealError, Conflict, Throttled, Unavailable, Unprocessable, VersionMismatch
from bootseal.ids import new_event_id, new_version
from bootseal.import_ports import IdempotencyRecord, ImportStore, StagedChange
from bootseal.model import Caller, Scope, ScopeKey, Secret
from bootseal.parallel import together
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.idempotency import Field, Once, value_fields
from bootseal.services.import_plan import (
    ENTRIES_MAX,
    REFUSED,
    WRITTEN,
    Entry,
    EntryStatus,
    OnConflict,
    Planned,
    plan,
    variables,
)
from bootseal.services.scope_keys import ScopeKeys
from bootseal.services.secrets import Change, Draft, changed, first_version
from bootseal.services.succession import Signing, secret_event
from bootseal.services.values import sealed_value

TRIES: Final = 3
"""How often an import is tried when somebody else changed one of its secrets in between."""

BUDGET_SECONDS: Final = 20.0
"""After this long nothing is committed any more: the caller's connection ends at 29 s (API Gateway quotas)."""

_SIGN_TRIES: Final = 5
_SIGN_WAIT_SECONDS: Final = 0.2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported where."""

    scope: Scope
    entries: tuple[Entry, ...]
    on_conflict: OnConflict = OnConflict.FAIL
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each entry, or would. `applied`: what was to be written is written."""

    items: Sequence[Planned]
    applied: bool

    @property
    def refused(self) -> Sequence[Planned]:
        """The entries that stand in the way of all."""
        return [item for item in self.items if item.status in REFUSED]


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports secrets."""

    store: ImportStore
    keys: ScopeKeys
    signing: Signing
    once: Once

    def run(self, caller: Caller, request: ImportRequest, key: str | None = None) -> tuple[Outcome, bool]:
        """Carry out an import, or plan it, and say whether it was carried out before (by its `Idempotency-Key`).

        An outcome that is not applied wrote nothing. Raises `Throttled` where another import into the scope is under
        way, `Conflict` where the scope changes too quickly.
        """
        require_in_scope(caller, MANAGE, request.scope)
        if not 1 <= len(request.entries) <= ENTRIES_MAX:
            raise Unprocessable.of_field("entries", f"must be 1 to {ENTRIES_MAX}; split more into several")
        if request.dry_run:
            return Outcome(self._planned(caller, request)[0], applied=False), False
        return self.once.run(
            caller, key, _fields(request), partial(self._applied, caller, request), partial(_remembered, request)
        )

    def _planned(self, caller: Caller, request: ImportRequest) -> tuple[list[Planned], Mapping[str, Secret]]:
        key_ids = {key.key_id for key in self.keys.verified(caller.org, request.scope)}
        existing = self.store.current(caller.org, request.scope, sorted(variables(request.entries)))
        return plan(request.entries, existing, key_ids, request.on_conflict), existing

    def _applied(self, caller: Caller, request: ImportRequest, record: IdempotencyRecord | None) -> Outcome:
        give_up = time.monotonic() + BUDGET_SECONDS
        for _ in range(TRIES):
            self.store.recover(caller.org, request.scope)
            planned, existing = self._planned(caller, request)
            with suppress(VersionMismatch):  # Somebody was first: plan again.
                return self._written(caller, request, planned, existing, _Run(record, give_up))
        raise Conflict("The scope is being changed by others right now; nothing was written. Try again.")

    def _written(
        self,
        caller: Caller,
        request: ImportRequest,
        planned: list[Planned],
        existing: Mapping[str, Secret],
        run: "_Run",
    ) -> Outcome:
        wanted = [item for item in planned if item.status in WRITTEN]
        if any(item.status in REFUSED for item in planned) or not wanted:
            return Outcome(planned, applied=not any(item.status in REFUSED for item in planned))
        keys, import_id = self.keys.ensured(caller, request.scope), new_version()
        pairs = [(request.entries[item.index], existing.get(str(item.env_name))) for item in wanted]
        calls = [partial(self._change, caller, keys, entry, old, import_id, run) for entry, old in pairs]
        changes: list[StagedChange] = together(calls)
        versions = {item.index: change.new.version for item, change in zip(wanted, changes, strict=True)}
        items = [replace(item, version=versions.get(item.index)) for item in planned]
        self._all_or_nothing(caller, request.scope, import_id, changes, run.remembering(request.scope, items))
        return Outcome(items, applied=True)

    def _change(
        self,
        caller: Caller,
        keys: Sequence[ScopeKey],
        entry: Entry,
        old: Secret | None,
        import_id: str,
        run: "_Run",
    ) -> StagedChange:
        run.check_time()
        new = _patiently(partial(self._signed, caller, keys, entry, old))
        details = (("import_id", import_id), ("outcome", "created" if old is None else "updated"))
        return StagedChange(old, new, secret_event(caller, Action.SECRET_IMPORT, new, new.updated_at, details))

    def _signed(self, caller: Caller, keys: Sequence[ScopeKey], entry: Entry, old: Secret | None) -> Secret:
        scope, variable = keys[-1].scope, next(iter(variables([entry])))
        assert entry.value is not None  # noqa: S101 - the plan refuses entries without one
        sealed = sealed_value(entry.value, keys, variable)
        if old is not None:
            change = Change(None, entry.description, entry.auto_install, entry.instructions_safe)
            return self.signing.following(caller, old, changed(old, change, sealed))
        install, safe = entry.auto_install is not False, entry.instructions_safe is True
        draft = Draft(entry.name, entry.value, entry.description or "", install, safe)
        return self.signing.signed(first_version(caller, scope, variable, draft, sealed, self.signing.now()))

    def _all_or_nothing(
        self, caller: Caller, scope: Scope, import_id: str, changes: Sequence[StagedChange], run: "_Run"
    ) -> None:
        org = caller.org
        run.check_time()
        self.store.begin(org, scope, import_id)
        try:
            self.store.stage(import_id, changes)
            run.check_time()
            event = self._event(caller, scope, import_id, changes)
            self.store.commit(org, scope, import_id, changes, event, run.record)
        except BootsealError:
            # An answer may be lost on its way: what the table says counts.
            if not self.store.committed(org, scope, import_id):
                with suppress(BootsealError):  # What cannot be cleared away now is, by the scope's next import.
                    self.store.abort(org, scope, import_id)
                raise
        if time.monotonic() < run.give_up:
            with suppress(BootsealError):  # It holds: what is left is tidying up, which any later change does as well.
                self.store.settle(org, scope, import_id)

    def _event(self, caller: Caller, scope: Scope, import_id: str, changes: Sequence[StagedChange]) -> AuditEvent:
        created = sum(change.old is None for change in changes)
        details = (
            ("import_id", import_id),
            ("created", str(created)),
            ("updated", str(len(changes) - created)),
        )
        return event_by(caller, Action.SECRET_IMPORT, self.signing.now(), new_event_id(), scope=scope, details=details)


@dataclass(frozen=True, slots=True)
class _Run:
    """One request's record to store, if it is to be remembered, and when it gives up (monotonic seconds)."""

    record: IdempotencyRecord | None
    give_up: float

    def check_time(self) -> None:
        """Raise `Unavailable` where there is not enough time left."""
        if time.monotonic() > self.give_up:
            raise Unavailable("The import took too long, so nothing was written; try again, or split it.")

    def remembering(self, scope: Scope, items: Sequence[Planned]) -> "_Run":
        """The same with what became of the entries in its record."""
        if self.record is None:
            return self
        outcome = msgspec.json.encode([(str(item.status), item.version) for item in items]).decode()
        return replace(self, record=replace(self.record, scope_key=scope.key, outcome=outcome))


def _remembered(request: ImportRequest, record: IdempotencyRecord) -> Outcome:
    """The outcome of an import that was carried out before. Names are the request's: it is the same one."""
    done = msgspec.json.decode(record.outcome, type=list[tuple[str, str | None]])
    items = [
        Planned(index, entry.name, next(iter(variables([entry]))), EntryStatus(status), version=version)
        for index, (entry, (status, version)) in enumerate(zip(request.entries, done, strict=True))
    ]
    return Outcome(items, applied=True)


def _fields(request: ImportRequest) -> Iterator[Field]:
    yield from ("POST /v1/import", request.scope.key, str(request.on_conflict))
    for entry in request.entries:
        yield from (entry.name, *value_fields(entry.value), entry.problem, entry.description)
        yield from (str(entry.auto_install), str(entry.instructions_safe))


def _patiently(call: Callable[[], T]) -> T:
    """What `call` gives. Many signatures at once may meet KMS's limit: then a little later."""
    for attempt in range(_SIGN_TRIES - 1):
        try:
            return call()
        except Throttled:
            time.sleep(_SIGN_WAIT_SECONDS * 2**attempt)
    return call()
