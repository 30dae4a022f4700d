"""Dollars for a million boots and for a thousand stored secrets and a month, item by item.

Counts follow docs/table.md and tests/functions/test_calls_per_boot.py; sizes are those of real rows with a UUID for a
user, a project, a session and a VM. What is assumed is written at the value. Nothing is left out because it is small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from prices import table as price

GB: Final = 1_000_000_000
BOOTS: Final = price.MILLION
DAYS_A_MONTH: Final = 365 / 12

ITEM_OVERHEAD_BYTES: Final = 100
"""What DynamoDB adds to each item in a table or index when it bills storage (developer guide, item sizes)."""

TOKEN_BYTES, ISSUE_ENTRY_BYTES, RECEIPT_BYTES, SECRET_ROW_BYTES = 500, 610, 1_000, 700
"""Rows: a boot token, the audit entry of its issue, a receipt, a secret with a value of 50 characters."""

ISSUE_ENTRY_INDEXES, RECEIPT_INDEXES = 3, 4
VERSIONS_KEPT: Final = 10
"""As if every secret had been changed nine times."""

TOKEN_DAYS, RECEIPT_DAYS, AUDIT_DAYS = 1, 90, 400
"""How long they are kept: template.yaml's defaults."""

LOG_BYTES: Final = 1_200
"""Assumed for a request: the function's own line, Lambda's three, the gateway's access log."""

LOG_DAYS: Final = 90
ALARMS: Final = 6
KMS_KEYS: Final = 2
INJECT_GB, ISSUE_GB = 1.0, 0.5
ISSUE_SECONDS: Final = 0.03
"""Assumed."""

Bill = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Boot:
    """One boot of a fleet. `own_keys` are scope keys that no other boot has unwrapped; `query_share` is the share of
    boots whose process reads the shared scope anew: one in a process's five minutes, and those after a change.
    """

    secrets: int = 100
    cpu_seconds_base: float = 0.010
    cpu_seconds_a_secret: float = 0.0001
    waiting_seconds: float = 0.025
    own_keys: int = 1
    query_share: float = 0.02
    answer_bytes_a_secret: int = 190
    secret_bytes: int = 1_024

    @property
    def seconds(self) -> float:
        """What boot_inject is billed for."""
        return self.waiting_seconds + self.cpu_seconds_base + self.cpu_seconds_a_secret * self.secrets


def units(size: int, unit: int) -> int:
    """Request units of an item."""
    return ceil(size / unit)


def bootseal_boots(boot: Boot) -> Bill:
    """A million boots: a token issued and a bundle taken, all that is written, and that kept for as long as it is."""
    return {
        "API Gateway": BOOTS * 2 * price.GATEWAY_REQUEST.dollars,
        "Lambda": BOOTS
        * (
            2 * price.LAMBDA_REQUEST.dollars
            + (INJECT_GB * boot.seconds + ISSUE_GB * ISSUE_SECONDS) * price.LAMBDA_GB_SECOND.dollars
        ),
        "DynamoDB writes": BOOTS * _written_units() * price.WRITE_UNIT.dollars,
        "DynamoDB reads": BOOTS * _read_units(boot) * price.READ_UNIT.dollars,
        "DynamoDB storage": BOOTS * _stored_gb_months(indexes=True) * price.TABLE_GB_MONTH.dollars,
        "DynamoDB backup": BOOTS * _stored_gb_months(indexes=False) * price.BACKUP_GB_MONTH.dollars,
        "KMS": BOOTS * boot.own_keys * price.KMS_SYMMETRIC.dollars,
        "Logs": BOOTS
        * (2 * LOG_BYTES / GB)
        * (price.LOG_GB.dollars + price.LOG_GB_MONTH.dollars * LOG_DAYS / DAYS_A_MONTH),
        "Transfer": BOOTS * boot.secrets * boot.answer_bytes_a_secret / GB * price.TRANSFER_GB.dollars,
    }


def _written_units() -> int:
    """Token and audit entry in one transaction, which counts double in the table and once in indexes; the token's use;
    the receipt in the table and in its indexes.
    """
    issued = 2 * (units(TOKEN_BYTES, 1_024) + units(ISSUE_ENTRY_BYTES, 1_024)) + ISSUE_ENTRY_INDEXES
    return issued + units(TOKEN_BYTES, 1_024) + (1 + RECEIPT_INDEXES) * units(RECEIPT_BYTES, 1_024)


def _read_units(boot: Boot) -> float:
    """Three checksums, or Queries: of the shared scope with nearly all secrets, and of two small ones."""
    query = units(boot.secrets * boot.secret_bytes, 4_096) + 2
    return boot.query_share * query + (1 - boot.query_share) * 3


def _stored_gb_months(indexes: bool) -> float:
    """What one boot leaves: its receipt, the entry of its token's issue, its token. Backups do not count indexes."""

    def kept(size: int, in_indexes: int, days: float) -> float:
        return (1 + in_indexes * indexes) * (size + ITEM_OVERHEAD_BYTES) / GB * days / DAYS_A_MONTH

    receipt = kept(RECEIPT_BYTES, RECEIPT_INDEXES, RECEIPT_DAYS)
    return receipt + kept(ISSUE_ENTRY_BYTES, ISSUE_ENTRY_INDEXES, AUDIT_DAYS) + kept(TOKEN_BYTES, 0, TOKEN_DAYS)


def bootseal_month(thousands: float) -> Bill:
    """So many thousand secrets, stored for a month, and what the stack costs with nothing in it."""
    size = thousands * 1_000 * VERSIONS_KEPT * (SECRET_ROW_BYTES + ITEM_OVERHEAD_BYTES) / GB
    return {
        "DynamoDB storage": size * (price.TABLE_GB_MONTH.dollars + price.BACKUP_GB_MONTH.dollars),
        "KMS keys": KMS_KEYS * price.KMS_KEY_MONTH.dollars,
        "Alarms": ALARMS * price.ALARM_MONTH.dollars,
    }


def manager_boots(secrets: int) -> Bill:
    """AWS Secrets Manager, BatchGetSecretValue in its pages of 20, a page counted as one call, with its own KMS key."""
    return {"calls": BOOTS * ceil(secrets / 20) * price.MANAGER_CALL.dollars}


def manager_month(thousands: float) -> Bill:
    """Stored in Secrets Manager. Older versions cost nothing."""
    return {"secrets": thousands * 1_000 * price.MANAGER_SECRET_MONTH.dollars}


def parameters_boots(secrets: int, advanced: bool) -> Bill:
    """SSM Parameter Store, SecureStrings by path with decryption: one Decrypt each, and with the higher throughput
    a fleet needs one interaction each.
    """
    decrypts = BOOTS * secrets * price.KMS_SYMMETRIC.dollars
    interactions = BOOTS * secrets * price.PARAMETER_INTERACTION.dollars if advanced else 0.0
    return {"KMS": decrypts, "interactions": interactions}


def parameters_month(thousands: float, advanced: bool) -> Bill:
    """Stored as parameters: standard ones are free, 10,000 at most in an account and Region."""
    return {"parameters": thousands * 1_000 * price.PARAMETER_MONTH.dollars if advanced else 0.0}


def total(bill: Bill) -> float:
    """All items of a bill."""
    return sum(bill.values())


def month(stored: int, secrets: int, boots_a_day: int) -> dict[str, float]:
    """Dollars a month by service: `stored` secrets, of which each boot gets `secrets`."""
    thousands, boots = stored / 1_000, boots_a_day * DAYS_A_MONTH / BOOTS
    return {
        "Bootseal": total(bootseal_month(thousands)) + boots * total(bootseal_boots(Boot(secrets))),
        "Secrets Manager": total(manager_month(thousands)) + boots * total(manager_boots(secrets)),
        "SSM, standard": total(parameters_month(thousands, False)) + boots * total(parameters_boots(secrets, False)),
        "SSM, advanced": total(parameters_month(thousands, True)) + boots * total(parameters_boots(secrets, True)),
    }
