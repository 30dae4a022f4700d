"""Many secrets at once, for tests and benchmarks of size: real rows, really sealed and signed, written in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from bootseal import bootstrap
from bootseal.adapters.rows import secret_item
from bootseal.ids import new_version, timestamp
from bootseal.model import Caller, Scope, Secret, SecretValue
from bootseal.parallel import together
from bootseal.services.values import seal_to
from bootseal.signing import secret_statement

_BATCH = 25
"""DynamoDB's BatchWriteItem takes no more."""


def seed(org: str, scope: Scope, count: int, value: str, prefix: str = "SEEDED") -> None:
    """Put `count` secrets called `<prefix>_00000`, ... with `value` into a scope."""
    caller = Caller(org, "seeder", frozenset({"secrets:manage"}))
    key = bootstrap.scope_keys().ensured(caller, scope)[-1]
    secrets = (_secret(key, f"{prefix}_{number:05d}", value) for number in range(count))
    while batch := list(islice(secrets, _BATCH)):
        _write([secret_item(secret) for secret in _signed(batch)])
    bootstrap.secret_store().recount(org, scope)  # These rows were not counted as they were written.


def _secret(key: Any, name: str, value: str) -> Secret:
    now, version = timestamp(bootstrap.clock().now()), new_version()
    return Secret(
        org=key.org,
        scope=key.scope,
        name=name,
        env_name=name,
        description="",
        auto_install=True,
        instructions_safe=False,
        sealed=seal_to(key, name, SecretValue(value)),
        version=version,
        value_version=version,
        revision=1,
        created_at=now,
        created_by="seeder",
        updated_at=now,
        updated_by="seeder",
    )


def _signed(secrets: Sequence[Secret]) -> Iterator[Secret]:
    label, signer = bootstrap.settings().table_label, bootstrap.signer()
    calls = [lambda s=secret: signer.sign(secret_statement(label, s)) for secret in secrets]
    for secret, signature in zip(secrets, together(calls), strict=True):
        yield replace(secret, signature=signature)


def _write(items: Sequence[Any]) -> None:
    table = bootstrap.table()
    requests: Any = {table.name: [{"PutRequest": {"Item": item}} for item in items]}
    while requests:
        requests = table.client.batch_write_item(RequestItems=requests).get("UnprocessedItems")
