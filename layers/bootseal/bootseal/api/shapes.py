"""The answers the API gives, field by field. `views` makes them; function tests hold the two together."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from bootseal import field_types as f


class SecretMetadata(Struct, frozen=True):
    """Everything the API shows of a secret. There is no field for its value."""

    name: f.Name
    env_name: f.EnvName
    scope: f.ScopeLabel
    description: f.Description
    auto_install: f.AutoInstall
    instructions_safe: f.InstructionsSafe
    hint: f.Hint | None
    version: f.Version
    created_at: f.Time
    created_by: f.Actor
    updated_at: f.Time
    updated_by: f.Actor
    last_injected_at: f.Time | None


class SecretPage(Struct, frozen=True):
    """One page of secrets, sorted by env name and then strongest scope first."""

    items: tuple[SecretMetadata, ...]
    next_cursor: f.Cursor | None


class SealingKey(Struct, frozen=True):
    """What a client needs to seal a value for one name: see docs/sealed-format.md."""

    key_id: f.KeyId
    suite: Literal["HPKE-v1-X25519-SHA256-AES256GCM"]
    public_key: f.PublicKeyText
    info: f.Base64


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


class Bundle(Struct, frozen=True):
    """The environment of a boot: as a JSON object `{NAME: value}` sealed to the VM's public key in `sealed_env`, or
    in clear in `env` for a VM that sent no key."""

    session_id: str
    receipt: Receipt
    sealed_env: f.Base64 | UnsetType = UNSET
    env: dict[str, str] | UnsetType = UNSET


class Environment(Struct, frozen=True):
    """A named set of variables that are no secrets. A `deleted` one is met in histories only."""

    name: f.EnvironmentName
    description: f.Description
    variables: f.Variables
    version: f.Version
    created_at: f.Time
    created_by: f.Actor
    updated_at: f.Time
    updated_by: f.Actor
    deleted: bool


class EnvironmentPage(Struct, frozen=True):
    """One page of environments, or of one's versions."""

    items: tuple[Environment, ...]
    next_cursor: f.Cursor | None


class WhoAmI(Struct, frozen=True):
    """Who the caller's token says they are. `projects` is null where it does not limit them."""

    org: str
    user: f.Actor
    permissions: tuple[str, ...]
    projects: tuple[f.Slug, ...] | None


class FieldFault(Struct, frozen=True):
    """One field at fault and what to do about it. Never its content."""

    field: str
    message: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """An error as RFC 9457 has it. `code` is stable: match on it, not on texts."""

    status: int
    title: str
    detail: str
    code: str
    request_id: str
    type: str = "about:blank"
    errors: tuple[FieldFault, ...] = ()
