"""How one version of a secret follows another: stamped, signed, and with the history it keeps. Opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.errors import SecretNotFound, VersionMismatch
from bootseal.ids import new_event_id, new_version, timestamp
from bootseal.model import KEPT_VALUES, KEPT_VERSIONS, Caller, Secret
from bootseal.ports import Clock, SecretWriter, Signer
from bootseal.signing import Verifier, secret_statement


def verify_secret(verifier: Verifier, table_label: str, secret: Secret) -> Secret:
    """Return `secret` if its signature holds; raise `IntegrityError` if not."""
    verifier.verify(
        secret_statement(table_label, secret),
        secret.signature,
        f"The secret {secret.env_name} in scope {secret.scope.label}",
    )
    return secret


@dataclass(frozen=True, slots=True)
class Signing:
    """Signs and checks versions."""

    signer: Signer
    clock: Clock
    table_label: str

    def signed(self, secret: Secret) -> Secret:
        """The same secret, signed."""
        return secret.signed(self.signer.sign(secret_statement(self.table_label, secret)))

    def verified(self, secret: Secret) -> Secret:
        """Return `secret` if its signature holds; raise `IntegrityError` if not."""
        return verify_secret(self.signer.verifier(), self.table_label, secret)

    def now(self) -> str:
        """The current time as rows carry it."""
        return timestamp(self.clock.now())

    def following(self, caller: Caller, old: Secret, new: Secret) -> Secret:
        """`new` as the signed version that follows `old`. An empty `value_version` is named after the version."""
        # What is about to be signed again must have been signed before: a changed row is not made good by an edit.
        self.verified(old)
        version = new_version()
        stamped = replace(
            new,
            version=version,
            value_version=new.value_version or version,
            revision=old.revision + 1,
            updated_at=self.now(),
            updated_by=caller.user,
            signature=b"",
        )
        kept, _ = trimmed(_with(old), stamped.value_version)
        return self.signed(replace(stamped, superseded=kept))


@dataclass(frozen=True, slots=True)
class Succession:
    """Puts a version in the place of another."""

    writer: SecretWriter
    signing: Signing

    def replaced(self, caller: Caller, old: Secret, new: Secret, action: Action) -> Secret:
        """Store `new` after `old`, and return it signed. Raises `VersionMismatch` where `old` is not current."""
        signed = self.signing.following(caller, old, new)
        _, dropped = trimmed(_with(old), signed.value_version)
        self.writer.replace(old, signed, dropped, secret_event(caller, action, signed, signed.updated_at))
        return signed


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


def secret_event(
    caller: Caller, action: Action, secret: Secret, time: str, details: tuple[tuple[str, str], ...] = ()
) -> AuditEvent:
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
        details=details,
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


def _with(old: Secret) -> tuple[tuple[str, str], ...]:
    return (*old.superseded, (old.version, old.value_version))
