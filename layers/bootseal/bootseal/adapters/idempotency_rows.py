"""Rows that remember requests by their `Idempotency-Key`."""

from typing import Any, Final

from bootseal.adapters.rows import Item
from bootseal.adapters.table import Table
from bootseal.errors import IntegrityError
from bootseal.import_ports import IdempotencyRecord

_FREE: Final = "attribute_not_exists(pk) OR expires_at <= :now"


def idempotency_key(org: str, user: str, key: str) -> dict[str, Any]:
    """Where a caller's request with that key is remembered."""
    return {"pk": {"S": f"ORG#{org}#IDEMPOTENCY#{user}"}, "sk": {"S": key}}


def idempotency_op(table: Table, record: IdempotencyRecord) -> dict[str, Any]:
    """Remembers `record` unless one under its key is alive. For a transaction."""
    item = {
        **idempotency_key(record.org, record.user, record.key),
        "request_digest": {"S": record.request_digest},
        "scope": {"S": record.scope_key},
        "env_name": {"S": record.env_name},
        "version": {"S": record.version},
        "outcome": {"S": record.outcome},
        "expires_at": {"N": str(record.expires_at)},
    }
    # An expired row may linger: DynamoDB's TTL takes its time.
    now = {":now": {"N": str(record.made_at)}}
    return table.put_op(item, _FREE, ExpressionAttributeValues=now)


def idempotency_from(item: Item, org: str, user: str, key: str) -> IdempotencyRecord:
    """The record of a row. Raises `IntegrityError`."""
    try:
        return IdempotencyRecord(
            org=org,
            user=user,
            key=key,
            request_digest=item["request_digest"]["S"],
            scope_key=item["scope"]["S"],
            env_name=item["env_name"]["S"],
            version=item["version"]["S"],
            outcome=item["outcome"]["S"],
            expires_at=int(item["expires_at"]["N"]),
        )
    except (KeyError, ValueError):
        raise IntegrityError("The note of an earlier request was changed outside Bootseal") from None
