"""What the API shows of boots to come and of what has happened. Apart from `views`, so that others import less."""

from typing import Any

from bootseal.audit_model import Action, AuditEvent
from bootseal.boot_model import Receipt
from bootseal.model import ScopeKind
from bootseal.services.boots import Held
from bootseal.services.previewing import Preview
from bootseal.views import entry_view, receipt_view


def preview_view(preview: Preview) -> dict[str, Any]:
    """The receipt a boot would get: of no session and no VM, and with what it would be refused for."""
    receipt = receipt_view(preview.receipt)
    return {**receipt, "session_id": None, "missing_required": list(preview.missing_required)}


def record_view(record: AuditEvent | Receipt, held: Held) -> dict[str, Any]:
    """One thing that happened. Of a boot, scope, name and version are those of the secret that was asked about."""
    return _boot_view(record, held) if isinstance(record, Receipt) else _event_view(record)


def _event_view(event: AuditEvent) -> dict[str, Any]:
    private = event.scope is not None and event.scope.kind is ScopeKind.PRIVATE
    return {
        "id": event.event_id,
        "time": event.time,
        "actor": event.actor,
        "action": str(event.action),
        "outcome": event.outcome,
        "scope": event.scope.label if event.scope else None,
        "owner": event.scope.owner if event.scope and private else None,
        "name": event.name or None,
        "env_name": event.env_name or None,
        "version": event.version or None,
        "source_ip": event.source_ip or None,
        "user_agent": event.user_agent or None,
        "details": {key: text for key, text in event.details if text},
    }


def _boot_view(receipt: Receipt, held: Held) -> dict[str, Any]:
    line = None if held.asks_nothing else next(filter(held.in_line, receipt.entries), None)
    subject = receipt.subject
    details = {
        "session_id": receipt.session_id,
        "vm_id": receipt.vm_id,
        "project": subject.project,
        "environment": subject.environment,
    }
    return {
        "id": receipt.token_hash[:24],
        "time": receipt.created_at,
        "actor": subject.user,
        "action": str(Action.BOOT_INJECT),
        "outcome": "ok",
        "scope": line.scope.label if line and line.scope else None,
        "owner": line.scope.owner if line and line.scope and line.scope.kind is ScopeKind.PRIVATE else None,
        "name": line.name if line else None,
        "env_name": line.env_name if line else None,
        "version": line.version if line else None,
        "source_ip": receipt.source_ip or None,
        "user_agent": receipt.user_agent or None,
        "details": {key: text for key, text in details.items() if text},
        "secrets": [entry_view(entry) for entry in receipt.entries],
    }
