"""Boot tokens and the audit trail's entries in the table: the `TokenStore` and `AuditWriter` ports."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bootseal import observability
from bootseal.adapters import rows
from bootseal.adapters.audit_rows import audit_item
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.boot_model import BootSubject, BootToken, Requirement
from bootseal.errors import BootsealError, TokenInvalid
from bootseal.ports import TokenUse

_TOKEN_LINGERS_SECONDS: Final = 86_400
"""How long a token's row outlives the token, so that a late use is told "expired" or "used" and not "invalid"."""

_NEW: Final = "attribute_not_exists(pk)"
_UNUSED: Final = "attribute_exists(pk) AND attribute_not_exists(bound_key) AND token_expires_at > :now"


@dataclass(frozen=True, slots=True)
class BootTokenStore:
    """Boot token rows, under the SHA-256 of the token."""

    table: Table
    audit_days: int

    def add(self, token: BootToken, event: AuditEvent) -> None:
        """The token and its audit entry: both or neither."""
        put = self.table.put_op(_token_item(token), _NEW)
        self.table.transact([put, self.table.put_op(audit_item(event, self.audit_days))])

    def use(self, token_hash: str, public_key: bytes, now: int) -> TokenUse:
        """One conditional write: of any number of VMs, one finds the token unused."""
        key, use = _token_key(token_hash), secrets.token_hex(8)
        values = {":now": {"N": str(now)}, ":key": {"B": public_key}, ":use": {"S": use}}
        try:
            item = self.table.update(key, "SET bound_key = :key, bound_by = :use", _UNUSED, values)
        except ConditionFailedError as failed:
            item = failed.item or self.table.get(key) or {}
        # A write whose answer was lost is sent again by the SDK and then finds the token used: by itself.
        first = item.get("bound_by") == {"S": use}
        return TokenUse(_token_from(item, token_hash) if item else None, first)


@dataclass(frozen=True, slots=True)
class AuditStore:
    """Appends to the audit trail."""

    table: Table
    audit_days: int

    def append(self, *events: AuditEvent) -> None:
        """Entries, all or none, never in the place of others."""
        items = [audit_item(event, self.audit_days) for event in events]
        if len(items) == 1:
            # An entry's id is random: one that is there already is this one, sent again after a lost answer.
            with suppress(ConditionFailedError):
                self.table.put(items[0], _NEW)
        elif items:
            self.table.transact([self.table.put_op(item, _NEW) for item in items])

    def note(self, event: AuditEvent) -> bool:
        """One entry, or a line in the log and a metric in its place."""
        try:
            self.append(event)
        except (BootsealError, ConditionFailedError) as error:
            observability.unrecorded(str(event.action), event.outcome, type(error).__name__)
            return False
        return True


def _token_key(token_hash: str) -> dict[str, Any]:
    return {"pk": {"S": f"BOOT#{token_hash}"}, "sk": {"S": "TOKEN"}}


def _token_item(token: BootToken) -> dict[str, Any]:
    subject = token.subject
    optional = {"project": subject.project, "environment": subject.environment}
    item: dict[str, Any] = {
        **_token_key(token.token_hash),
        "org": {"S": subject.org},
        "user": {"S": subject.user},
        **{name: {"S": text} for name, text in optional.items() if text},
        "session_id": {"S": token.session_id},
        "vm_id": {"S": token.vm_id},
        "issued_at": {"N": str(token.issued_at)},
        "issued_by": {"S": token.issued_by},
        "token_expires_at": {"N": str(token.expires_at)},
        "expires_at": {"N": str(token.expires_at + _TOKEN_LINGERS_SECONDS)},
        "proof": {"B": token.proof},
    }
    if token.requirements is not None:
        item["requirements"] = {"S": msgspec.json.encode(token.requirements).decode()}
    return item


def _token_from(item: rows.Item, token_hash: str) -> BootToken:
    try:
        return BootToken(
            token_hash=token_hash,
            subject=_subject_from(item, item["org"]["S"]),
            session_id=item["session_id"]["S"],
            vm_id=item["vm_id"]["S"],
            requirements=_requirements_from(item),
            issued_at=int(item["issued_at"]["N"]),
            issued_by=item["issued_by"]["S"],
            expires_at=int(item["token_expires_at"]["N"]),
            bound_key=item["bound_key"]["B"] if "bound_key" in item else None,
            proof=item["proof"]["B"] if "proof" in item else b"",
        )
    except (KeyError, ValueError, msgspec.MsgspecError):
        raise TokenInvalid from None


def _subject_from(item: rows.Item, org: str) -> BootSubject:
    project, environment = item.get("project", {}).get("S"), item.get("environment", {}).get("S")
    return BootSubject(org, item["user"]["S"], project, environment)


def _requirements_from(item: rows.Item) -> tuple[Requirement, ...] | None:
    if "requirements" not in item:
        return None
    return msgspec.json.decode(item["requirements"]["S"], type=tuple[Requirement, ...])
