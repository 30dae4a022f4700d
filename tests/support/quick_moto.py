"""What moto and boto3 do over and over, and thousands of tests need once or not at all. Changes no answer.

- moto forgets boto3's session with every account, and the next one reads botocore's service descriptions again.
- moto gives every KMS key an RSA key pair, symmetric ones too, which have no use for one.
- Before each operation of a transaction moto copies the whole table, to put it back if another one fails.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

import botocore.loaders
import botocore.session
import moto.kms.models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.kms.utils import generate_private_key

_SYMMETRIC = "SYMMETRIC_DEFAULT"
_transact = DynamoDBBackend.transact_write_items


@contextmanager
def quick_moto() -> Iterator[None]:
    """Share between accounts what is only read or never used; copy of a table only what a transaction may change."""
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(botocore.session, "create_loader", _loader))
        patches.enter_context(mock.patch.object(moto.kms.models, "generate_private_key", _key_pair))
        patches.enter_context(mock.patch.object(DynamoDBBackend, "transact_write_items", _transact_quickly))
        yield


@cache
def _loader(search_paths: str | None) -> Any:
    return botocore.loaders.create_loader(search_paths)


@cache
def _idle_pair() -> Any:
    return generate_private_key(_SYMMETRIC)


def _key_pair(spec: str) -> Any:
    return _idle_pair() if spec == _SYMMETRIC else generate_private_key(spec)


def _transact_quickly(backend: DynamoDBBackend, operations: Sequence[Mapping[str, Any]]) -> None:
    copies: dict[str, Table] = {}

    def copied(table: Table, _: Any) -> Table:
        if table.name not in copies:
            copies[table.name] = _before(table, operations)
        return copies[table.name]

    with mock.patch.object(Table, "__deepcopy__", copied, create=True):
        _transact(backend, list(operations))


def _before(table: Table, operations: Sequence[Mapping[str, Any]]) -> Table:
    """The table as it is now: what `operations` name is copied, and the rest is the same items."""
    kept: Any = copy.copy(table)
    kept.items = defaultdict(dict, {place: dict(items) for place, items in table.items.items()})
    for operation in operations:
        (asked,) = operation.values()
        key = asked.get("Key") or asked["Item"]
        items = kept.items.get(DynamoType(key[table.hash_key_attr]), {})
        place = DynamoType(key[table.range_key_attr])
        if place in items:
            items[place] = copy.deepcopy(items[place])
    return kept
