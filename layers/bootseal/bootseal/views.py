"""What the API shows of each value. The only place answers are written down; none holds a value."""

from typing import Any
from urllib.parse import quote

from bootseal.boot_model import Receipt, ReceiptEntry
from bootseal.environment_model import Environment
from bootseal.model import Secret


def secret_view(secret: Secret) -> dict[str, Any]:
    """A secret's metadata."""
    return {
        "name": secret.name,
        "env_name": secret.env_name,
        "scope": secret.scope.label,
        "description": secret.description,
        "auto_install": secret.auto_install,
        "instructions_safe": secret.instructions_safe,
        "hint": secret.sealed.hint,
        "version": secret.version,
        "created_at": secret.created_at,
        "created_by": secret.created_by,
        "updated_at": secret.updated_at,
        "updated_by": secret.updated_by,
        "last_injected_at": secret.last_injected_at,
    }


def created(secret: Secret, again: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and headers that answer the making of a secret; `again`: this request made it before."""
    location = f"/v1/secrets/{secret.scope.label}/{quote(secret.name)}"
    return secret_view(secret), {**etag(secret), "Location": location, **replayed(again)}


def replayed(again: bool) -> dict[str, str]:
    """The header of an answer to a request that was carried out before."""
    return {"Idempotent-Replayed": "true"} if again else {}


def etag(of: Secret | Environment) -> dict[str, str]:
    """The `ETag` header of a secret or environment: its version."""
    return {"ETag": f'"{of.version}"'}


def receipt_view(receipt: Receipt) -> dict[str, Any]:
    """A receipt."""
    return {
        "session_id": receipt.session_id,
        "user": receipt.subject.user,
        "project": receipt.subject.project,
        "environment": receipt.subject.environment,
        "vm_id": receipt.vm_id or None,
        "created_at": receipt.created_at,
        "secrets": [entry_view(entry) for entry in receipt.entries],
        "environment_version": receipt.environment_version,
        "defaults": list(receipt.defaults),
    }


def entry_view(entry: ReceiptEntry) -> dict[str, Any]:
    """One line of a receipt."""
    return {
        "name": entry.name,
        "env_name": entry.env_name,
        "scope": entry.scope.label if entry.scope else None,
        "version": entry.version,
        "status": str(entry.status),
    }


def environment_view(environment: Environment) -> dict[str, Any]:
    """An environment, variables in clear."""
    return {
        "name": environment.name,
        "description": environment.description,
        "variables": dict(environment.variables),
        "version": environment.version,
        "created_at": environment.created_at,
        "created_by": environment.created_by,
        "updated_at": environment.updated_at,
        "updated_by": environment.updated_by,
        "deleted": environment.deleted,
    }
