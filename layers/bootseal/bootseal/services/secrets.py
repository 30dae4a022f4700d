"""Creating, changing and deleting secrets. Nothing here can open one."""

from dataclasses import dataclass, replace
from typing import Final

from bootseal.audit_model import Action
from bootseal.errors import Conflict, VersionMismatch
from bootseal.ids import new_version, timestamp
from bootseal.import_ports import IdempotencyRecord
from bootseal.model import Caller, Scope, SealedValue, Secret, check_description
from bootseal.names import check_not_reserved, env_name
from bootseal.ports import Clock, SecretReader, SecretWriter
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.scope_keys import ScopeKeys
from bootseal.services.succession import Signing, Succession, found, matching, secret_event
from bootseal.services.values import ValueInput, sealed_value

TRIES: Final = 5
"""How often a change is tried when somebody else changed the row in between."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A secret to be created."""

    name: str
    value: ValueInput
    description: str = ""
    auto_install: bool = True
    instructions_safe: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a secret; None leaves a field as it is."""

    value: ValueInput | None = None
    description: str | None = None
    auto_install: bool | None = None
    instructions_safe: bool | None = None


@dataclass(frozen=True, slots=True)
class SecretEditor:
    """Creates and changes secrets."""

    reader: SecretReader
    writer: SecretWriter
    keys: ScopeKeys
    signing: Signing

    def create(
        self, caller: Caller, scope: Scope, draft: Draft, idempotency: IdempotencyRecord | None = None
    ) -> Secret:
        """Store a new secret. Raises `NameConflict`, and what the draft's fields raise."""
        require_in_scope(caller, MANAGE, scope)
        variable = check_not_reserved(draft.name)
        check_description(draft.description)
        sealed = self._sealed(caller, scope, variable, draft.value)
        secret = self.signing.signed(first_version(caller, scope, variable, draft, sealed, self.signing.now()))
        event = secret_event(caller, Action.SECRET_CREATE, secret, secret.created_at)
        self.writer.create(secret, [event], made(idempotency, secret))
        return secret

    def update(self, caller: Caller, scope: Scope, name: str, change: Change, if_match: str | None = None) -> Secret:
        """Change a secret into a new version.

        With `if_match`, only if that is the current version: otherwise `VersionMismatch`, nothing changed.
        """
        require_in_scope(caller, MANAGE, scope)
        variable = env_name(name)
        if change.description is not None:
            check_description(change.description)
        sealed: SealedValue | None = None
        for _ in range(TRIES):
            old = matching(found(self.reader.get(caller.org, scope, variable)), if_match)
            if change.value is not None and sealed is None:
                sealed = self._sealed(caller, scope, variable, change.value)
            try:
                return self._succession.replaced(caller, old, changed(old, change, sealed), Action.SECRET_UPDATE)
            except VersionMismatch:
                continue  # Somebody was first: `matching` decides whether that matters.
        raise contended()

    def _sealed(self, caller: Caller, scope: Scope, variable: str, value: ValueInput) -> SealedValue:
        return sealed_value(value, self.keys.ensured(caller, scope), variable)

    @property
    def _succession(self) -> Succession:
        return Succession(self.writer, self.signing)


@dataclass(frozen=True, slots=True)
class SecretRemover:
    """Deletes secrets. Holds no key of any kind."""

    reader: SecretReader
    writer: SecretWriter
    clock: Clock

    def delete(self, caller: Caller, scope: Scope, name: str, if_match: str | None = None) -> None:
        """Remove every version of a secret, for good."""
        require_in_scope(caller, MANAGE, scope)
        variable = env_name(name)
        for _ in range(TRIES):
            secret = matching(found(self.reader.get(caller.org, scope, variable)), if_match)
            event = secret_event(caller, Action.SECRET_DELETE, secret, timestamp(self.clock.now()))
            try:
                return self.writer.delete(secret, event)
            except VersionMismatch:
                continue  # Somebody was first: `matching` decides whether that matters.
        raise contended()


def contended() -> Conflict:
    """What a change that lost every race is told."""
    return Conflict("The secret is being changed by others right now; try again.")


def made(idempotency: IdempotencyRecord | None, secret: Secret) -> IdempotencyRecord | None:
    """The record of a request that made `secret`."""
    return idempotency and replace(
        idempotency, scope_key=secret.scope.key, env_name=secret.env_name, version=secret.version
    )


def first_version(caller: Caller, scope: Scope, variable: str, draft: Draft, sealed: SealedValue, now: str) -> Secret:
    """A new secret, still to be signed."""
    version = new_version()
    return Secret(
        org=caller.org,
        scope=scope,
        name=draft.name,
        env_name=variable,
        description=draft.description,
        auto_install=draft.auto_install,
        instructions_safe=draft.instructions_safe,
        sealed=sealed,
        version=version,
        value_version=version,
        revision=1,
        created_at=now,
        created_by=caller.user,
        updated_at=now,
        updated_by=caller.user,
    )


def changed(old: Secret, change: Change, sealed: SealedValue | None) -> Secret:
    """`old` with the change in it. A new value has its value version still to be named."""
    return replace(
        old,
        description=old.description if change.description is None else change.description,
        auto_install=old.auto_install if change.auto_install is None else change.auto_install,
        instructions_safe=old.instructions_safe if change.instructions_safe is None else change.instructions_safe,
        sealed=sealed or old.sealed,
        value_version="" if sealed else old.value_version,
    )
