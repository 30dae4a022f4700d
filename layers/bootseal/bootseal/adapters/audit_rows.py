"""Rows of the audit trail."""

from typing import Any, Final

from bootseal.adapters import shards
from bootseal.audit_model import Action, AuditEvent
from bootseal.ids import epoch_of

CHANGES: Final = frozenset(
    {
        Action.SECRET_CREATE,
        Action.SECRET_UPDATE,
        Action.SECRET_DELETE,
        Action.SECRET_ROLLBACK,
        Action.SECRET_CLONE,
        Action.SECRET_IMPORT,
    }
)
"""What tells a secret's versions. Kept apart, so that a version's life is found without reading its uses."""


def audit_item(event: AuditEvent, retention_days: int) -> dict[str, Any]:
    """The row of an entry. Its own key is for writing alone; each index serves one way of asking."""
    return {
        **audit_key(event),
        **_index_keys(event),
        "event_id": {"S": event.event_id},
        "time": {"S": event.time},
        "actor": {"S": event.actor},
        "action": {"S": str(event.action)},
        "outcome": {"S": event.outcome},
        "scope": {"S": event.scope.key if event.scope else ""},
        "name": {"S": event.name},
        "env_name": {"S": event.env_name},
        "version": {"S": event.version},
        "source_ip": {"S": event.source_ip},
        "user_agent": {"S": event.user_agent},
        "details": {"M": {key: {"S": text} for key, text in event.details}},
        "expires_at": {"N": str(epoch_of(event.time) + retention_days * 86_400)},
    }


def audit_key(event: AuditEvent) -> dict[str, Any]:
    """Where an entry lies. Refusals lie apart, and the roles of functions that only read may write nowhere else: what
    changed a secret cannot be written over, or made up, by any of them."""
    kind = "REFUSED" if event.action is Action.REFUSED else "AUDIT"
    return {"pk": {"S": f"ORG#{event.org}#{kind}#{event.event_id}"}, "sk": {"S": event.time}}


def position(event: AuditEvent) -> str:
    """The entry's place among all in time order."""
    return f"{event.time}#{event.event_id}"


def _index_keys(event: AuditEvent) -> dict[str, Any]:
    org, chosen = event.org, event.event_id
    places = {
        "gsi1": shards.home(shards.acts_of_actor(org, event.actor), chosen),
        "gsi3": shards.home(shards.acts_of_org(org), chosen),
        "gsi4": shards.home(shards.acts_of_kind(org, str(event.action)), chosen),
    }
    if event.scope is not None and event.env_name:
        if event.action in CHANGES:
            places["gsi2"] = shards.changes_of_secret(org, event.scope, event.env_name)
        else:
            places["gsi2"] = shards.home(shards.uses_of_secret(org, event.scope, event.env_name), chosen)
    at = {"S": position(event)}
    keys: dict[str, Any] = {}
    for index, partition in places.items():
        keys |= {f"{index}pk": {"S": partition}, f"{index}sk": at}
    return keys
