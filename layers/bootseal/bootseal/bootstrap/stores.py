"""The rows of the table."""

from functools import cache
from typing import TYPE_CHECKING

from bootseal.bootstrap import clients

if TYPE_CHECKING:
    from bootseal.adapters.boot_store import AuditStore, BootTokenStore
    from bootseal.adapters.environment_store import EnvironmentStore
    from bootseal.adapters.secret_store import SecretStore


@cache
def secret_store() -> "SecretStore":
    """Rows of secrets and scope keys."""
    from bootseal.adapters.secret_store import SecretStore

    return SecretStore(clients.table(), clients.settings().audit_days)


@cache
def token_store() -> "BootTokenStore":
    """Rows of boot tokens."""
    from bootseal.adapters.boot_store import BootTokenStore

    return BootTokenStore(clients.table(), clients.settings().audit_days)


@cache
def audit_store() -> "AuditStore":
    """Rows of the audit trail, for appending."""
    from bootseal.adapters.boot_store import AuditStore

    return AuditStore(clients.table(), clients.settings().audit_days)


@cache
def environment_store() -> "EnvironmentStore":
    """Rows of environments."""
    from bootseal.adapters.environment_store import EnvironmentStore

    return EnvironmentStore(clients.table(), clients.settings().audit_days)
