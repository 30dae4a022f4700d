"""The audit trail's one value: who did what to which secret when, from where, with what outcome. Value-free."""

from dataclasses import dataclass
from enum import StrEnum

from bootseal.errors import InvalidRequest
from bootseal.model import Caller, Scope


class Action(StrEnum):
    """Everything the trail records."""

    SECRET_CREATE = "secret.create"
    SECRET_UPDATE = "secret.update"
    SECRET_DELETE = "secret.delete"
    SECRET_ROLLBACK = "secret.rollback"
    SECRET_CLONE = "secret.clone"
    SECRET_CLONED = "secret.cloned"
    SECRET_IMPORT = "secret.import"
    SCOPE_KEY_CREATE = "scope_key.create"
    SCOPE_KEY_ROTATE = "scope_key.rotate"
    BOOT_TOKEN_ISSUE = "boot_token.issue"
    BOOT_INJECT = "boot.inject"
    BOOT_TOKEN_REUSE = "boot.token_reuse"
    TEMPLATE_RESOLVE = "template.resolve"
    ENVIRONMENT_PUT = "environment.put"
    ENVIRONMENT_DELETE = "environment.delete"
    USER_REMOVE = "user.remove"
    REFUSED = "request.refused"


def parse_action(text: str) -> Action:
    """The action called `text`. Raises `InvalidRequest`."""
    try:
        return Action(text)
    except ValueError:
        raise InvalidRequest.of_field("action", f"must be one of {', '.join(Action)}") from None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One entry. `time` is RFC 3339 UTC with milliseconds, `event_id` makes it unique, `outcome` is `ok` or an
    error's code; `scope`, `name` and `version` are empty where the action has no secret. `details` are short,
    value-free facts about this action."""

    org: str
    time: str
    event_id: str
    actor: str
    action: Action
    outcome: str = "ok"
    scope: Scope | None = None
    name: str = ""
    env_name: str = ""
    version: str = ""
    source_ip: str = ""
    user_agent: str = ""
    details: tuple[tuple[str, str], ...] = ()


def event_by(
    caller: Caller,
    action: Action,
    time: str,
    event_id: str,
    *,
    scope: Scope | None = None,
    name: str = "",
    env_name: str = "",
    version: str = "",
    outcome: str = "ok",
    details: tuple[tuple[str, str], ...] = (),
) -> AuditEvent:
    """The entry for something `caller` did."""
    return AuditEvent(
        org=caller.org,
        time=time,
        event_id=event_id,
        actor=caller.user,
        action=action,
        outcome=outcome,
        scope=scope,
        name=name,
        env_name=env_name,
        version=version,
        source_ip=caller.source_ip,
        user_agent=caller.user_agent,
        details=details,
    )
