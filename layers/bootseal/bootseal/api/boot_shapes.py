"""Answers about boots and about what has happened, field by field."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from bootseal import field_types as f


class BootTokenIssued(Struct, frozen=True):
    """A boot token, shown this once."""

    boot_token: str
    session_id: str
    expires_at: f.Time


class ReceiptLine(Struct, frozen=True):
    """What became of one secret at a boot. `scope` and `version` are null where the secret is missing."""

    name: f.Name
    env_name: f.EnvName
    scope: f.ScopeLabel | None
    version: f.Version | None
    status: Literal["injected", "shadowed", "disabled", "undeclared", "missing", "rejected"]


class Receipt(Struct, frozen=True):
    """The value-free record of one boot. `defaults` are the variables that came from its environment."""

    session_id: str
    user: f.Actor
    project: f.Slug | None
    environment: f.EnvironmentName | None
    vm_id: str | None
    created_at: f.Time
    secrets: tuple[ReceiptLine, ...]
    environment_version: f.Version | None
    defaults: tuple[f.EnvName, ...]


class ReceiptPage(Struct, frozen=True):
    """One page of receipts, newest first. A page may be short of its limit and still not be the last."""

    items: tuple[Receipt, ...]
    next_cursor: f.Cursor | None


class BootPreview(Struct, frozen=True):
    """The receipt a boot would get now, and the variables for want of which it would be refused."""

    session_id: None
    user: f.Actor
    project: f.Slug | None
    environment: f.EnvironmentName | None
    vm_id: None
    created_at: f.Time
    secrets: tuple[ReceiptLine, ...]
    environment_version: f.Version | None
    defaults: tuple[f.EnvName, ...]
    missing_required: tuple[f.EnvName, ...]


class Resolved(Struct, frozen=True):
    """The texts with their placeholders filled, by their keys."""

    resolved: dict[str, str]


class AuditEntry(Struct, frozen=True):
    """One thing that happened. `outcome` is `ok` or the code of the error; `owner` is whose private secret it was.
    Boots carry their receipt's lines in `secrets`."""

    id: str
    time: f.Time
    actor: f.Actor
    action: f.AuditAction
    outcome: str
    scope: f.ScopeLabel | None
    owner: f.Actor | None
    name: f.Name | None
    env_name: f.EnvName | None
    version: f.Version | None
    source_ip: str | None
    user_agent: str | None
    details: dict[str, str]
    secrets: tuple[ReceiptLine, ...] | UnsetType = UNSET


class AuditPage(Struct, frozen=True):
    """One page of the audit trail, newest first. A page may be short of its limit and still not be the last."""

    items: tuple[AuditEntry, ...]
    next_cursor: f.Cursor | None


class Bundle(Struct, frozen=True):
    """The environment of a boot: as a JSON object `{NAME: value}` sealed to the VM's public key in `sealed_env`, or
    in clear in `env` for a VM that sent no key."""

    session_id: str
    receipt: Receipt
    sealed_env: f.Base64 | UnsetType = UNSET
    env: dict[str, str] | UnsetType = UNSET
