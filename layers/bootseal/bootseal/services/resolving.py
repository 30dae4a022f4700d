"""Filling placeholders with secrets, for whoever makes an agent's tool calls and texts on a user's behalf."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bootseal.audit_model import Action, AuditEvent, event_by
from bootseal.boot_model import BootSubject
from bootseal.errors import FieldError, InvalidValue, NotInstructionsSafe, UnknownPlaceholder
from bootseal.ids import new_event_id, timestamp
from bootseal.model import Caller, Secret, SecretValue
from bootseal.names import is_reserved
from bootseal.parallel import together
from bootseal.ports import AuditWriter, Clock, ScopeContents, ScopeKeyStore, SecretReader
from bootseal.services.access import RESOLVE, require, require_project
from bootseal.services.opening import Opener
from bootseal.services.templates import Target, check_header, check_templates, filled, placeholders


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is asked: texts by key, where they will go, and whose secrets they may name."""

    templates: Mapping[str, str] = field(repr=False)
    target: Target
    user: str
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Resolver:
    """Fills placeholders. One of the few that may open values."""

    secrets: SecretReader
    keys: ScopeKeyStore
    opener: Opener
    audit: AuditWriter
    clock: Clock

    def resolve(self, caller: Caller, asked: Resolution) -> dict[str, str]:
        """The texts with their placeholders filled. Nothing is given out before the audit trail has it.

        Raises `NotAllowed`, `UnknownPlaceholder`, `NotInstructionsSafe`, `InvalidHeader`, `InvalidValue`,
        `IntegrityError`, and what templates that are too many or too large raise.
        """
        require(caller, RESOLVE)
        require_project(caller, asked.project)
        templates = check_templates(asked.templates)
        names = placeholders(templates)
        secrets, contents = self._found(BootSubject(caller.org, asked.user, asked.project), names)
        self.opener.verify(secrets)
        if asked.target is Target.INSTRUCTIONS:
            _check_instructions_safe(secrets)
        resolved = filled(templates, self._opened(secrets, contents))
        if asked.target is Target.HEADER:
            check_header(resolved)
        self.audit.append(*self._events(caller, asked, secrets))
        return resolved

    def _found(self, subject: BootSubject, names: Sequence[str]) -> tuple[list[Secret], list[ScopeContents]]:
        """Of each variable the secret of the strongest scope, and the scopes' keys: only what is named is read."""
        if not names:
            return [], []
        org, scopes = subject.org, subject.scopes
        keys = [partial(self.keys.keys, org, scope) for scope in scopes]
        rows = [partial(self.secrets.get, org, scope, name) for name in names for scope in scopes]
        answers = together([*keys, *rows])
        of_scope, found = answers[: len(scopes)], answers[len(scopes) :]
        contents = [ScopeContents(scope, (), held) for scope, held in zip(scopes, of_scope, strict=True)]
        return _strongest(names, found), contents

    def _opened(self, secrets: Sequence[Secret], contents: Sequence[ScopeContents]) -> dict[str, SecretValue]:
        values = self.opener.open_all(secrets, contents)
        opened = {s.env_name: value for s, value in zip(secrets, values, strict=True) if value is not None}
        broken = [secret.env_name for secret in secrets if secret.env_name not in opened]
        if broken:
            raise InvalidValue(
                f"What was sealed for {', '.join(broken)} does not open or is no value; save it again.",
                *(FieldError(name, "does not open; save it again") for name in broken),
            )
        return opened

    def _events(self, caller: Caller, asked: Resolution, secrets: Iterable[Secret]) -> list[AuditEvent]:
        """One entry for each secret, so that each one's uses are found; one without a secret where none was named."""
        details = (("target", str(asked.target)), ("user", asked.user), ("project", asked.project or ""))
        event = partial(event_by, caller, Action.TEMPLATE_RESOLVE, timestamp(self.clock.now()), details=details)
        entries = [
            event(new_event_id(), scope=s.scope, name=s.name, env_name=s.env_name, version=s.version) for s in secrets
        ]
        return entries or [event(new_event_id())]


def _strongest(names: Sequence[str], found: Iterable[Secret | None]) -> list[Secret]:
    winners: dict[str, Secret] = {}
    for secret in found:
        if secret is not None and not is_reserved(secret.env_name):
            winners.setdefault(secret.env_name, secret)
    unknown = [name for name in names if name not in winners]
    if unknown:
        raise UnknownPlaceholder(
            f"No secret is exported as {', '.join(unknown)}; create it, or write the text without its braces.",
            *(FieldError(name, "names no secret this user has") for name in unknown),
        )
    return list(winners.values())


def _check_instructions_safe(secrets: Iterable[Secret]) -> None:
    unsafe = [secret.env_name for secret in secrets if not secret.instructions_safe]
    if unsafe:
        raise NotInstructionsSafe(
            f"{', '.join(unsafe)} may not be put into instructions, where the model reads the value and may repeat it. "
            "Use it in a header instead, or mark the secret instructions_safe if that is acceptable.",
            *(FieldError(name, "is not marked instructions_safe") for name in unsafe),
        )
