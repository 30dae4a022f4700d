"""Rows of the audit trail."""

import zlib
from typing import Any, Final

from bootseal.audit_model import AuditEvent
from bootseal.ids import epoch_of

SHARDS: Final = 16
"""Partitions an org's entries are spread over, so that a boot storm does not meet one partition's write limit
(1,000 write units a second, DynamoDB developer guide). A reader asks all of them at once."""


def shard_of(text: str) -> int:
    """Which partition an entry goes to: a checksum, so that it is the same everywhere."""
    return zlib.crc32(text.encode()) % SHARDS


def audit_item(event: AuditEvent, retention_days: int) -> dict[str, Any]:
    """The row of an entry. The base key is for writing alone; each index serves one way of asking."""
    at = f"{event.time}#{event.event_id}"
    target = {}
    if event.scope is not None and event.env_name:
        target = {"gsi2pk": {"S": f"ORG#{event.org}#TARGET#{event.scope.key}#{event.env_name}"}, "gsi2sk": {"S": at}}
    return {
        "pk": {"S": f"ORG#{event.org}#AUDIT#{event.event_id}"},
        "sk": {"S": event.time},
        "gsi1pk": {"S": f"ORG#{event.org}#ACTOR#{event.actor}"},
        "gsi1sk": {"S": at},
        **target,
        "gsi3pk": {"S": f"ORG#{event.org}#AUDIT#{shard_of(event.event_id)}"},
        "gsi3sk": {"S": at},
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
