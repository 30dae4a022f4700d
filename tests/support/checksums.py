"""Checksums of scopes, and what boots keep because of them."""

from typing import Any

import boto3

from bootseal import bootstrap
from bootseal.adapters.checksum import Checksum, checksum_from, checksum_key, total_of
from bootseal.model import Scope
from support.aws import TABLE


def forget_contents() -> None:
    """Let this process's boots read every scope anew, as five minutes later."""
    bootstrap.bundles().kept._held.clear()


def stored(org: str, scope: Scope) -> Checksum | None:
    """The checksum in the table."""
    return checksum_from(bootstrap.table().get(checksum_key(org, scope)))


def counted(org: str, scope: Scope) -> int:
    """What it should be: the sum over the secrets that lie there."""
    return total_of(bootstrap.secret_store().scope_rows(org, scope).contents.secrets)


def set_by_hand(org: str, scope: Scope, **attributes: Any) -> None:
    """Put another checksum there, or none."""
    client, key = boto3.client("dynamodb"), checksum_key(org, scope)
    if attributes:
        client.put_item(TableName=TABLE, Item={**key, **attributes})
    else:
        client.delete_item(TableName=TABLE, Key=key)
