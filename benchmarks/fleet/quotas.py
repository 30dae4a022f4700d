"""AWS's published quotas that a boot can meet, each with the page that states it.

As known on 2026-11-22, from stored copies of AWS's pages and from others' accounts of them; not from the pages as they
were that day.
"""

from dataclasses import dataclass, replace
from typing import Final

KNOWN_ON: Final = "2026-11-22"


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit, in units a second unless its name says otherwise, and where AWS states it."""

    value: float
    page: str


PARTITION_READS: Final = Quota(3_000, "DynamoDB Developer Guide, Best practices for designing partition keys")
"""Read units one partition gives a second; one is a strongly consistent read of up to 4 KB."""

PARTITION_WRITES: Final = Quota(1_000, "DynamoDB Developer Guide, Best practices for designing partition keys")
"""Write units one partition takes a second; one is a write of up to 1 KB."""

KMS_SYMMETRIC: Final = Quota(10_000, "AWS KMS Developer Guide, Request quotas")
"""Decrypt and Encrypt together, in the Regions with the least; 100,000 in us-east-1, us-west-2 and eu-west-1."""

LAMBDA_CONCURRENCY: Final = Quota(1_000, "AWS Lambda Developer Guide, Lambda quotas")
"""Executions at once in an account and Region. Can be raised."""

LAMBDA_SCALING: Final = Quota(100, "AWS Lambda Developer Guide, Lambda scaling behavior")
"""New environments of one function: 1,000 in 10 s, refilled continuously."""

LAMBDA_SCALING_BURST: Final = Quota(1_000, "AWS Lambda Developer Guide, Lambda scaling behavior")
"""So many at once, and no more saved up."""

LAMBDA_REQUESTS_PER_EXECUTION: Final = Quota(10, "AWS Lambda Developer Guide, Lambda quotas")
"""Requests a second an account may make for each execution at once that it may have."""

GATEWAY_RATE: Final = Quota(10_000, "API Gateway Developer Guide, Account-level quotas")
GATEWAY_BURST: Final = Quota(5_000, "API Gateway Developer Guide, Account-level quotas")

STAGE_RATE: Final = Quota(500, "Bootseal, template.yaml, ThrottleRate")
STAGE_BURST: Final = Quota(1_000, "Bootseal, template.yaml, ThrottleBurst")
"""Bootseal's own limit, so that an account's other APIs are not starved. A parameter of the stack."""

RECEIPT_SHARDS: Final = 8
"""Index partitions over which the receipts of an org are spread (docs/table.md)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one simulated account."""

    stage_rate: float = STAGE_RATE.value
    stage_burst: float = STAGE_BURST.value
    gateway_rate: float = GATEWAY_RATE.value
    gateway_burst: float = GATEWAY_BURST.value
    concurrency: int = int(LAMBDA_CONCURRENCY.value)
    scaling_rate: float = LAMBDA_SCALING.value
    scaling_burst: float = LAMBDA_SCALING_BURST.value
    partition_reads: float = PARTITION_READS.value
    partition_writes: float = PARTITION_WRITES.value
    kms: float = KMS_SYMMETRIC.value

    def with_an_open_stage(self) -> "Limits":
        """The same with ThrottleRate and ThrottleBurst raised to what the account has."""
        return replace(self, stage_rate=self.gateway_rate, stage_burst=self.gateway_burst)
