"""Copying a secret to another scope or name: opened and sealed anew by the one role that may do both."""

from dataclasses import dataclass, replace
from functools import partial

from bootseal.audit_model import Action, AuditEvent
from bootseal.errors import Unprocessable
from bootseal.ids import new_version
from bootseal.import_ports import IdempotencyRecord
from bootseal.model import Caller, Scope, SealedValue, Secret
from bootseal.names import check_not_reserved, env_name
from bootseal.ports import HistoryReader, ScopeContents, SecretReader, SecretWriter
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.idempotency import Once, what_was_made
from bootseal.services.opening import Opener
from bootseal.services.scope_keys import ScopeKeys
from bootseal.services.secrets import made
from bootseal.services.succession import Signing, found, secret_event
from bootseal.services.values import seal_to


@dataclass(frozen=True, slots=True)
class Copy:
    """Where a secret is to be copied to; without a name it keeps its own."""

    scope: Scope
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Cloner:
    """Copies secrets."""

    reader: SecretReader
    writer: SecretWriter
    keys: ScopeKeys
    opener: Opener
    signing: Signing

    def clone(
        self, caller: Caller, scope: Scope, name: str, copy: Copy, idempotency: IdempotencyRecord | None = None
    ) -> Secret:
        """A new secret with the value, description and flags that another one has now.

        Raises `SecretNotFound`, `NotAllowed`, `NameConflict`, `ReservedName`, `IntegrityError`.
        """
        require_in_scope(caller, MANAGE, scope)
        require_in_scope(caller, MANAGE, copy.scope)
        source_variable = env_name(name)
        if copy.name is not None:
            check_not_reserved(copy.name)
        source = found(self.reader.get(caller.org, scope, source_variable))
        wanted = copy.name or source.name
        variable = check_not_reserved(wanted)
        sealed = self._sealed_anew(caller, source, copy.scope, variable)
        target = self._signed(caller, source, copy.scope, wanted, sealed)
        self.writer.create(target, self._events(caller, source, target), made(idempotency, target))
        return target

    def _sealed_anew(self, caller: Caller, source: Secret, scope: Scope, variable: str) -> SealedValue:
        self.opener.verify([source])
        keys = self.keys.store.keys(caller.org, source.scope)
        (value,) = self.opener.open_all([source], [ScopeContents(source.scope, [source], keys)])
        if value is None:
            raise Unprocessable(
                f"The value of {source.env_name} was not sealed for its place; set it anew, then clone."
            )
        sealed = seal_to(self.keys.ensured(caller, scope)[-1], variable, value)
        # Who sealed the value decided whether to show a hint of it.
        return replace(sealed, hint=source.sealed.hint)

    def _signed(self, caller: Caller, source: Secret, scope: Scope, name: str, sealed: SealedValue) -> Secret:
        version, now = new_version(), self.signing.now()
        copied = replace(
            source,
            scope=scope,
            name=name,
            env_name=env_name(name),
            sealed=sealed,
            version=version,
            value_version=version,
            revision=1,
            created_at=now,
            created_by=caller.user,
            updated_at=now,
            updated_by=caller.user,
            superseded=(),
            signature=b"",
        )
        return self.signing.signed(copied)

    def _events(self, caller: Caller, source: Secret, target: Secret) -> list[AuditEvent]:
        """One entry for each of the two: a copy is a use of the one and the making of the other."""
        of_target = (("from_scope", source.scope.label), ("from_name", source.name), ("from_version", source.version))
        to_target = (("to_scope", target.scope.label), ("to_name", target.name), ("to_version", target.version))
        return [
            secret_event(caller, Action.SECRET_CLONE, target, target.created_at, of_target),
            secret_event(caller, Action.SECRET_CLONED, source, target.created_at, to_target),
        ]


@dataclass(frozen=True, slots=True)
class SecretCloner:
    """Copies secrets, once a request."""

    cloner: Cloner
    reader: HistoryReader
    once: Once

    def clone(self, caller: Caller, scope: Scope, name: str, copy: Copy, key: str | None = None) -> tuple[Secret, bool]:
        """A copy, or the one this request (by its `Idempotency-Key`) made before; the flag says which."""
        require_in_scope(caller, MANAGE, scope)
        require_in_scope(caller, MANAGE, copy.scope)
        request = ("POST clone", scope.key, env_name(name), copy.scope.key, copy.name)
        work = partial(self.cloner.clone, caller, scope, name, copy)
        return self.once.run(caller, key, request, work, partial(what_was_made, self.reader))
