"""Issuing boot tokens, for launchers."""

from dataclasses import dataclass, replace

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.boot_model import (
    TTL_DEFAULT_SECONDS,
    TTL_MAX_SECONDS,
    TTL_MIN_SECONDS,
    BootSubject,
    BootToken,
    Requirement,
    hash_token,
    new_boot_token,
)
from bootseal.errors import Unprocessable
from bootseal.ids import epoch, new_event_id, new_session_id, timestamp
from bootseal.model import Caller
from bootseal.names import check_label, check_user
from bootseal.ports import Clock, EnvironmentReader, TokenStore
from bootseal.services.access import ISSUE, require, require_project
from bootseal.services.boot_environments import check_there
from bootseal.token_signing import TokenProver


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launcher asks a boot token for."""

    user: str
    project: str | None = None
    environment: str | None = None
    session_id: str | None = None
    vm_id: str | None = None
    requirements: tuple[Requirement, ...] | None = None
    ttl_seconds: int = TTL_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True)
class BootTokens:
    """Issues boot tokens."""

    store: TokenStore
    environments: EnvironmentReader
    prover: TokenProver
    clock: Clock

    def issue(self, caller: Caller, launch: Launch) -> tuple[str, BootToken]:
        """A new token for a VM of `launch.user` in the caller's own org, and what is stored of it.

        Raises `NotAllowed`, `EnvironmentNotFound`, and `Unprocessable` for what no boot could be made of.
        """
        require(caller, ISSUE)
        if not TTL_MIN_SECONDS <= launch.ttl_seconds <= TTL_MAX_SECONDS:
            raise Unprocessable.of_field("ttl_seconds", f"must be {TTL_MIN_SECONDS} to {TTL_MAX_SECONDS}")
        subject = _subject(caller, launch)
        check_there(self.environments, subject)
        token = new_boot_token(subject)
        unproven = self._stored(caller, launch, subject, token)
        stored = replace(unproven, proof=self.prover.prove(unproven))
        self.store.add(stored, self._event(caller, stored))
        return token, stored

    def _stored(self, caller: Caller, launch: Launch, subject: BootSubject, token: str) -> BootToken:
        now = epoch(self.clock.now())
        return BootToken(
            token_hash=hash_token(token),
            subject=subject,
            session_id=launch.session_id or new_session_id(),
            vm_id=launch.vm_id or "",
            requirements=launch.requirements,
            issued_at=now,
            issued_by=caller.user,
            expires_at=now + launch.ttl_seconds,
        )

    def _event(self, caller: Caller, token: BootToken) -> AuditEvent:
        details = (("user", token.subject.user), ("session_id", token.session_id))
        return event_by(caller, Action.BOOT_TOKEN_ISSUE, timestamp(self.clock.now()), new_event_id(), details=details)


def _subject(caller: Caller, launch: Launch) -> BootSubject:
    """Whose boot it will be. What is malformed is refused now rather than at boot."""
    subject = BootSubject(caller.org, check_user(launch.user), launch.project, launch.environment)
    require_project(caller, subject.project)
    for field, label in (("session_id", launch.session_id), ("vm_id", launch.vm_id)):
        if label is not None:
            check_label(label, field)
    return subject
