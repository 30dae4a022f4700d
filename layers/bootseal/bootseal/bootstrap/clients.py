"""The settings, the clock and the clients of AWS."""

from functools import cache
from typing import TYPE_CHECKING, Any

from bootseal.settings import Settings, read_settings

if TYPE_CHECKING:
    from bootseal.adapters.kms import KmsSigner, KmsWrapper
    from bootseal.adapters.table import Table


@cache
def settings() -> Settings:
    """This process's settings."""
    return read_settings()


def aws_client(service: Any) -> Any:
    """A client of an AWS service that fails soon and tells a cut answer from a whole one."""
    import boto3
    from botocore.config import Config

    from bootseal.adapters import whole_answers

    # Short timeouts and few tries: a caller waits behind an API with a limit of 29 s, and retries with the whole call.
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=16,
    )
    return whole_answers.install(boto3.client(service, config=config))


@cache
def table() -> "Table":
    """The table."""
    from bootseal.adapters.quick_items import install
    from bootseal.adapters.table import Table

    return Table(install(aws_client("dynamodb")), settings().table_name)


@cache
def kms() -> Any:
    """The client of KMS that signer and wrapper share."""
    return aws_client("kms")


@cache
def signer() -> "KmsSigner":
    """The signing key."""
    from bootseal.adapters.kms import KmsSigner

    return KmsSigner(kms(), settings().signing_key_id)


@cache
def wrapper() -> "KmsWrapper":
    """The seal key."""
    from bootseal.adapters.kms import KmsWrapper

    return KmsWrapper(kms(), settings().seal_key_id)


@cache
def clock() -> Any:
    """The machine's clock."""
    from bootseal.ids import SystemClock

    return SystemClock()
