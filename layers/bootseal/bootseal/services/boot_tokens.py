"""Issuing boot tokens, for launchers."""

from dataclasses import dataclass

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
from bootseal.ports import Clock, TokenStore
from bootseal.services.access import ISSUE, require


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
    clock: Clock

    def issue(self, caller: Caller, launch: Launch) -> tuple[str, BootToken]:
        """A new token for a VM of `launch.user` in the caller's own org, and what is stored of it."""
        require(caller, ISSUE)
        if not TTL_MIN_SECONDS <= launch.ttl_seconds <= TTL_MAX_SECONDS:
            raise Unprocessable.of_field("ttl_seconds", f"must be {TTL_MIN_SECONDS} to {TTL_MAX_SECONDS}")
        subject = BootSubject(caller.org, launch.user, launch.project, launch.environment)
        _ = subject.scopes  # Refuses a malformed project now rather than at boot.
        token = new_boot_token(subject)
        stored = self._stored(caller, launch, subject, token)
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
