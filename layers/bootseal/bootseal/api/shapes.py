"""The answers the API gives, field by field. `views` makes them; function tests hold the two together."""

from typing import Literal

from msgspec import Struct

from bootseal import field_types as f


class _Described(Struct, frozen=True):
    """What every version of a secret shows. There is no field for its value."""

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


class SecretMetadata(_Described, frozen=True):
    """Everything the API shows of a secret. There is no field for its value."""

    last_injected_at: f.Time | None


class SecretPage(Struct, frozen=True):
    """One page of secrets, sorted by env name and then strongest scope first."""

    items: tuple[SecretMetadata, ...]
    next_cursor: f.Cursor | None


class SecretVersion(_Described, frozen=True):
    """One kept version of a secret. `revision` counts changes; `value_changed` says whether it brought another value
    than the version before."""

    revision: int
    current: bool
    value_changed: bool


class SecretVersions(Struct, frozen=True):
    """The kept versions of a secret, newest first, all on one page."""

    items: tuple[SecretVersion, ...]
    next_cursor: None


ImportStatus = Literal["created", "updated", "skipped", "conflict", "reserved", "invalid"]


class ImportedEntry(Struct, frozen=True):
    """What became of one entry, or would. Names are null where the entry's name is not one."""

    name: f.Name | None
    env_name: f.EnvName | None
    status: ImportStatus
    message: str | None
    version: f.Version | None


class Imported(Struct, frozen=True):
    """The plan of an import, in the order of its entries. `applied` says whether it was carried out."""

    scope: f.ScopeLabel
    dry_run: bool
    applied: bool
    counts: dict[str, int]
    items: tuple[ImportedEntry, ...]


class RotationProgress(Struct, frozen=True):
    """How far a rotation is: call again with `resume` until nothing remains. `unreadable` names variables whose value
    their client sealed to something else; set them anew."""

    key_id: f.KeyId
    resealed: int
    remaining: int
    unreadable: tuple[f.EnvName, ...]


class RemovedUser(Struct, frozen=True):
    """What a removal did: call again while something remains. Boot tokens issued until then are no longer taken."""

    removed: int
    remaining: bool
    boot_tokens_cancelled_until: f.Time


class SealingKey(Struct, frozen=True):
    """What a client needs to seal a value for one name: see docs/sealed-format.md."""

    key_id: f.KeyId
    suite: Literal["HPKE-v1-X25519-SHA256-AES256GCM"]
    public_key: f.PublicKeyText
    info: f.Base64


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
