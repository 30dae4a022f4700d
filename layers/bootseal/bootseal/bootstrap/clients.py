"""The settings, the clock and the clients of AWS."""

from functools import cache
from typing import TYPE_CHECKING, Any

from bootseal.settings import Settings, read_settings

if TYPE_CHECKING:
    from botocore.config import Config

    from bootseal.adapters.kms import KmsSigner, KmsWrapper
    from bootseal.adapters.table import Table


@cache
def settings() -> Settings:
    """This process's settings."""
    return read_settings()


def aws_config() -> "Config":
    """How long calls may take: at worst 15 s of hanging and 3 s of waiting between tries, below every function's limit.

    DynamoDB and KMS answer within some tens of milliseconds; what has not come after seconds will hardly come, and a
    second try meets another host. A caller waits behind an API that gives up at 29 s, and retries the whole call.

    botocore's own check of what it is about to send is off: it takes a tenth of a warm boot and finds what the types
    and AWS find as well.
    """
    from botocore.config import Config

    return Config(
        connect_timeout=1,
        read_timeout=4,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=16,
        parameter_validation=False,
    )


def aws_client(service: Any) -> Any:
    """A client of an AWS service that fails in time and tells a cut answer from a whole one."""
    import boto3

    from bootseal.adapters import in_time, whole_answers

    return in_time.install(whole_answers.install(boto3.client(service, config=aws_config())))


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
