"""Boot tokens and receipts in the table: the `TokenStore`, `ReceiptStore` and `AuditWriter` ports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from bootseal.adapters import rows
from bootseal.adapters.audit_rows import audit_item, shard_of
from bootseal.adapters.part_rows import Part, entries_from, part_item, part_key, part_of
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.audit_model import AuditEvent
from bootseal.boot_model import BootSubject, BootToken, Receipt, ReceiptEntry, Requirement, Status
from bootseal.errors import TokenInvalid
from bootseal.ids import epoch_of
from bootseal.model import parse_scope_key
from bootseal.ports import TokenUse

SEEN_SECONDS: Final = 300
"""How old a part's `seen_at` may get before a boot writes it again."""

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
        key = _token_key(token_hash)
        values = {":now": {"N": str(now)}, ":key": {"B": public_key}}
        try:
            item = self.table.update(key, "SET bound_key = :key", _UNUSED, values)
        except ConditionFailedError as failed:
            item = failed.item or self.table.get(key) or {}
            return TokenUse(_token_from(item, token_hash) if item else None, first=False)
        return TokenUse(_token_from(item, token_hash), first=True)


@dataclass(frozen=True, slots=True)
class AuditStore:
    """Appends to the audit trail."""

    table: Table
    audit_days: int

    def append(self, event: AuditEvent) -> None:
        """One entry, never in the place of another."""
        self.table.put(audit_item(event, self.audit_days), _NEW)


@dataclass(frozen=True, slots=True)
class BootReceiptStore:
    """Receipts, each under its session, and the parts they are made of."""

    table: Table
    receipt_days: int
    _seen: dict[tuple[str, str, str], int] = field(default_factory=dict, repr=False)

    def put(self, receipt: Receipt) -> Receipt:
        """Store the receipt, and those of its parts no recent boot of this process stored: one call either way."""
        parts = _parts(receipt)
        now = epoch_of(receipt.created_at)
        expires_at = now + self.receipt_days * 86_400
        item = _receipt_item(receipt, parts, expires_at)
        stale = [part for part in parts if self._seen.get(_part_id(part), 0) + SEEN_SECONDS <= now]
        try:
            if stale:
                puts = [self.table.put_op(part_item(part, receipt.created_at, expires_at)) for part in stale]
                self.table.transact([self.table.put_op(item, _NEW), *puts])
            else:
                self.table.put(item, _NEW)
        except ConditionFailedError:
            return self.get(receipt.subject.org, receipt.session_id, receipt.token_hash) or receipt
        self._seen.update({_part_id(part): now for part in stale})
        return receipt

    def get(self, org: str, session_id: str, token_hash: str) -> Receipt | None:
        """The receipt of a token's boot, with its parts read back."""
        item = self.table.get(_receipt_key(org, session_id, token_hash))
        if item is None:
            return None
        return receipt_from(item, [self._part(org, name) for name in part_names(item)])

    def _part(self, org: str, name: str) -> Sequence[ReceiptEntry]:
        scope_key, _, part = name.rpartition("|")
        scope = parse_scope_key(scope_key)
        item = self.table.get(part_key(org, scope, part))
        return entries_from(item or {}, scope)


def _parts(receipt: Receipt) -> list[Part]:
    scopes = receipt.subject.scopes
    parts = [part_of(receipt.subject.org, scope, receipt.created_at, receipt.entries) for scope in scopes]
    return [part for part in parts if part.body != b"[]"]


def _part_id(part: Part) -> tuple[str, str, str]:
    return part.org, part.scope.key, part.name


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


def _receipt_key(org: str, session_id: str, token_hash: str) -> dict[str, Any]:
    return {"pk": {"S": f"ORG#{org}#SESSION#{session_id}"}, "sk": {"S": f"BOOT#{token_hash}"}}


def _receipt_item(receipt: Receipt, parts: Sequence[Part], expires_at: int) -> dict[str, Any]:
    subject = receipt.subject
    at = f"{receipt.created_at}#{receipt.token_hash[:12]}"
    shard = shard_of(receipt.token_hash)
    indexes = {"gsi1": f"ORG#{subject.org}#BOOTS-OF-USER#{subject.user}", "gsi3": f"ORG#{subject.org}#BOOTS#{shard}"}
    if subject.project:
        indexes["gsi2"] = f"ORG#{subject.org}#BOOTS-OF-PROJECT#{subject.project}#{shard}"
    optional = {"project": subject.project, "environment": subject.environment}
    return {
        **_receipt_key(subject.org, receipt.session_id, receipt.token_hash),
        **{f"{index}pk": {"S": pk} for index, pk in indexes.items()},
        **{f"{index}sk": {"S": at} for index in indexes},
        "org": {"S": subject.org},
        "user": {"S": subject.user},
        **{name: {"S": text} for name, text in optional.items() if text},
        "session_id": {"S": receipt.session_id},
        "vm_id": {"S": receipt.vm_id},
        "token_hash": {"S": receipt.token_hash},
        "created_at": {"S": receipt.created_at},
        "parts": {"L": [{"S": f"{part.scope.key}|{part.name}"} for part in parts]},
        "missing": {"L": [{"S": line.env_name} for line in receipt.entries if line.status is Status.MISSING]},
        "defaults": {"L": [{"S": name} for name in receipt.defaults]},
        "source_ip": {"S": receipt.source_ip},
        "user_agent": {"S": receipt.user_agent},
        "expires_at": {"N": str(expires_at)},
    }


def part_names(item: rows.Item) -> list[str]:
    """The parts a stored receipt is made of, each `<scope key>|<part name>`."""
    return [entry["S"] for entry in item["parts"]["L"]]


def receipt_from(item: rows.Item, parts: Sequence[Sequence[ReceiptEntry]]) -> Receipt:
    """The receipt of a row whose parts were read."""
    absent = [ReceiptEntry(e["S"], e["S"], None, None, Status.MISSING) for e in item["missing"]["L"]]
    lines = [*(line for part in parts for line in part), *absent]
    lines.sort(key=lambda line: (line.env_name, line.scope.strength if line.scope else -1))
    return Receipt(
        subject=_subject_from(item, item["org"]["S"]),
        session_id=item["session_id"]["S"],
        vm_id=item["vm_id"]["S"],
        token_hash=item["token_hash"]["S"],
        created_at=item["created_at"]["S"],
        entries=tuple(lines),
        defaults=tuple(e["S"] for e in item["defaults"]["L"]),
        source_ip=item["source_ip"]["S"],
        user_agent=item["user_agent"]["S"],
    )
