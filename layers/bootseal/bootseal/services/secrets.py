"""Creating, reading, changing and deleting secrets. Nothing here can open one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.errors import Conflict, SecretNotFound, VersionMismatch
from bootseal.ids import new_event_id, new_version, timestamp
from bootseal.model import KEPT_VALUES, KEPT_VERSIONS, Caller, Scope, SealedValue, Secret, check_description
from bootseal.names import check_not_reserved, env_name
from bootseal.ports import Clock, IdempotencyRecord, SecretReader, SecretWriter, Signer
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.scope_keys import ScopeKeys
from bootseal.services.values import ValueInput, sealed_value
from bootseal.signing import Verifier, secret_statement

_RETRIES = 5
"""How often an unconditional change is tried again when somebody else changed the secret in between."""


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


def verify_secret(verifier: Verifier, table_label: str, secret: Secret) -> Secret:
    """Return `secret` if its signature holds; raise `IntegrityError` if not."""
    verifier.verify(
        secret_statement(table_label, secret),
        secret.signature,
        f"The secret {secret.env_name} in scope {secret.scope.label}",
    )
    return secret


@dataclass(frozen=True, slots=True)
class SecretEditor:
    """Creates and changes secrets."""

    reader: SecretReader
    writer: SecretWriter
    keys: ScopeKeys
    signer: Signer
    clock: Clock
    table_label: str

    def create(
        self, caller: Caller, scope: Scope, draft: Draft, idempotency: IdempotencyRecord | None = None
    ) -> Secret:
        """Store a new secret. Raises `NameConflict`, and what the draft's fields raise."""
        require_in_scope(caller, MANAGE, scope)
        variable = check_not_reserved(draft.name)
        check_description(draft.description)
        sealed = self._sealed(caller, scope, variable, draft.value)
        secret = self._signed(_first_version(caller, scope, variable, draft, sealed, timestamp(self.clock.now())))
        remembered = idempotency and replace(idempotency, version=secret.version)
        self.writer.create(secret, self._event(caller, Action.SECRET_CREATE, secret), remembered)
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
        for _ in range(_RETRIES):
            old = matching(found(self.reader.get(caller.org, scope, variable)), if_match)
            if change.value is not None and sealed is None:
                sealed = self._sealed(caller, scope, variable, change.value)
            try:
                return self._replaced(caller, old, _next_version(old, change, sealed), Action.SECRET_UPDATE)
            except VersionMismatch:
                if if_match is not None:
                    raise
        raise Conflict("The secret is being changed by others right now; try again.")

    def _replaced(self, caller: Caller, old: Secret, new: Secret, action: Action) -> Secret:
        # What is about to be signed again must have been signed before: a changed row is not made good by an edit.
        verify_secret(self.signer.verifier(), self.table_label, old)
        stamped = replace(new, version=new_version(), updated_at=timestamp(self.clock.now()), updated_by=caller.user)
        if new.value_version == "":
            stamped = replace(stamped, value_version=stamped.version)
        kept, dropped = trimmed((*old.superseded, (old.version, old.value_version)), stamped.value_version)
        signed = self._signed(replace(stamped, superseded=kept))
        self.writer.replace(old, signed, dropped, self._event(caller, action, signed))
        return signed

    def _sealed(self, caller: Caller, scope: Scope, variable: str, value: ValueInput) -> SealedValue:
        return sealed_value(value, self.keys.ensured(caller, scope), variable)

    def _signed(self, secret: Secret) -> Secret:
        return secret.signed(self.signer.sign(secret_statement(self.table_label, secret)))

    def _event(self, caller: Caller, action: Action, secret: Secret) -> AuditEvent:
        return secret_event(caller, action, secret, timestamp(self.clock.now()))


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
        for _ in range(_RETRIES):
            secret = matching(found(self.reader.get(caller.org, scope, variable)), if_match)
            event = secret_event(caller, Action.SECRET_DELETE, secret, timestamp(self.clock.now()))
            try:
                return self.writer.delete(secret, event)
            except VersionMismatch:
                if if_match is not None:
                    raise
        raise Conflict("The secret is being changed by others right now; try again.")


def found(secret: Secret | None) -> Secret:
    """The secret, or `SecretNotFound`."""
    if secret is None:
        raise SecretNotFound
    return secret


def matching(secret: Secret, if_match: str | None) -> Secret:
    """The secret if `if_match` is absent, `*` or its version; otherwise `VersionMismatch`."""
    if if_match is not None and if_match not in ("*", secret.version):
        raise VersionMismatch("The secret has changed since you read it; read it again and repeat your change.")
    return secret


def secret_event(caller: Caller, action: Action, secret: Secret, time: str) -> AuditEvent:
    """The audit entry for a change to `secret`."""
    return event_by(
        caller,
        action,
        time,
        new_event_id(),
        scope=secret.scope,
        name=secret.name,
        env_name=secret.env_name,
        version=secret.version,
    )


def trimmed(
    history: Sequence[tuple[str, str]], current_value: str
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Split a history (oldest first) into what is kept and the versions to drop.

    Kept are the newest versions that hold one of the last `KEPT_VALUES` values, at most `KEPT_VERSIONS` of them.
    """
    values = [current_value]
    kept: list[tuple[str, str]] = []
    for version, value_version in reversed(history):
        if value_version not in values:
            values.append(value_version)
        if len(values) > KEPT_VALUES or len(kept) == KEPT_VERSIONS:
            break
        kept.append((version, value_version))
    kept.reverse()
    dropped = tuple(version for version, _ in history[: len(history) - len(kept)])
    return tuple(kept), dropped


def _first_version(caller: Caller, scope: Scope, variable: str, draft: Draft, sealed: SealedValue, now: str) -> Secret:
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


def _next_version(old: Secret, change: Change, sealed: SealedValue | None) -> Secret:
    """`old` with the change in it. A new value has its value version still to be named."""
    return replace(
        old,
        description=old.description if change.description is None else change.description,
        auto_install=old.auto_install if change.auto_install is None else change.auto_install,
        instructions_safe=old.instructions_safe if change.instructions_safe is None else change.instructions_safe,
        sealed=sealed or old.sealed,
        value_version="" if sealed else old.value_version,
        revision=old.revision + 1,
        signature=b"",
    )
