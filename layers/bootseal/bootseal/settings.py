"""What a function is told by its environment variables."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment. Key ids and the table's names are not secrets."""

    table_name: str
    table_label: str
    seal_key_id: str
    signing_key_id: str
    receipt_days: int
    audit_days: int


def read_settings() -> Settings:
    """The settings of this process. A missing TABLE_NAME is a `KeyError`: the deployment is broken."""
    env = os.environ
    return Settings(
        table_name=env["TABLE_NAME"],
        table_label=env.get("TABLE_LABEL") or env["TABLE_NAME"],
        seal_key_id=env.get("SEAL_KEY_ID", ""),
        signing_key_id=env.get("SIGNING_KEY_ID", ""),
        receipt_days=int(env.get("RECEIPT_RETENTION_DAYS", "90")),
        audit_days=int(env.get("AUDIT_RETENTION_DAYS", "400")),
    )
