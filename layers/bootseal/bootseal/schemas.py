"""The bodies the API takes, field by field. The only place request shapes are written down."""

from collections.abc import Iterator

import msgspec

from bootseal import field_types as f
from bootseal.boot_model import REQUIREMENTS_MAX, TTL_DEFAULT_SECONDS, Requirement
from bootseal.encoding import from_base64
from bootseal.errors import ImmutableField, InvalidRequest, Unprocessable
from bootseal.model import SecretValue
from bootseal.names import env_name
from bootseal.sealing import KEY_BYTES, check_public_key
from bootseal.services.values import SealedInput, ValueInput


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all bodies."""


class ValueFields(Body, frozen=True):
    """A value, clear or sealed by the client."""

    value: f.Value | None = None
    encrypted_value: f.SealedText | None = None
    key_id: f.KeyId | None = None
    hint: f.Hint | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"

    def __rich_repr__(self) -> Iterator[str]:  # type: ignore[override]  # rich takes bare values, too
        yield "hidden"

    def given_value(self) -> ValueInput | None:
        """The value these fields carry, None where they carry none. Raises `InvalidRequest`, `InvalidValue`."""
        if self.value is not None:
            self._refuse_mixed()
            return SecretValue(self.value)
        if self.encrypted_value is None:
            self._refuse_stray()
            return None
        if self.key_id is None:
            raise InvalidRequest.of_field("key_id", "is required with encrypted_value")
        return SealedInput(from_base64(self.encrypted_value, "encrypted_value"), self.key_id, self.hint)

    def _refuse_mixed(self) -> None:
        if self.encrypted_value is not None or self.key_id is not None or self.hint is not None:
            raise InvalidRequest.of_field(
                "value", "goes without encrypted_value, key_id and hint; send one or the other"
            )

    def _refuse_stray(self) -> None:
        if self.key_id is not None or self.hint is not None:
            raise InvalidRequest.of_field("encrypted_value", "is required with key_id or hint")


class CreateSecret(ValueFields, frozen=True, kw_only=True):
    """`POST /v1/secrets`."""

    name: f.Name
    scope: f.ScopeLabel
    description: f.Description = ""
    auto_install: f.AutoInstall = True
    instructions_safe: f.InstructionsSafe = False


class UpdateSecret(ValueFields, frozen=True, kw_only=True):
    """`PATCH /v1/secrets/{scope}/{name}`. `name` and `scope` are known here only to be refused with their reason."""

    description: f.Description | None = None
    auto_install: f.AutoInstall | None = None
    instructions_safe: f.InstructionsSafe | None = None
    name: f.Immutable = None
    scope: f.Immutable = None

    def refuse_immutable(self) -> None:
        """Raise `ImmutableField` where the name or scope is to be changed."""
        for field in ("name", "scope"):
            if getattr(self, field) is not None:
                raise ImmutableField.of_field(field, "cannot be changed; clone the secret or create another")

    def refuse_empty(self) -> None:
        """Raise `InvalidRequest` where nothing is to be changed."""
        if all(getattr(self, field) is None for field in self.__struct_fields__):
            raise InvalidRequest("Send at least one of value, description, auto_install, instructions_safe.")


class RollbackSecret(Body, frozen=True):
    """`POST /v1/secrets/{scope}/{name}/rollback`."""

    version: f.Version


class CloneSecret(Body, frozen=True):
    """`POST /v1/secrets/{scope}/{name}/clone`. Without a name the copy has the same."""

    scope: f.ScopeLabel
    name: f.Name | None = None


class RotateScopeKey(Body, frozen=True):
    """`POST /v1/scopes/{scope}/rotate-key`. With `resume` no key is added: the last rotation goes on."""

    resume: bool = False


class SecretRequirement(Body, frozen=True):
    """One declared secret."""

    key: f.Name
    optional: bool = False
    description: str = ""


class Requirements(Body, frozen=True):
    """What a manifest declares under `requirements`."""

    secrets: tuple[SecretRequirement, ...] = ()

    def declared(self) -> tuple[Requirement, ...]:
        """The same by env name, each once. Raises `InvalidName`, `Unprocessable`."""
        if len(self.secrets) > REQUIREMENTS_MAX:
            raise Unprocessable.of_field("requirements.secrets", f"declares more than {REQUIREMENTS_MAX} secrets")
        found: dict[str, Requirement] = {}
        for secret in self.secrets:
            name = env_name(secret.key)
            both_optional = secret.optional and (name not in found or found[name].optional)
            found[name] = Requirement(name, both_optional, secret.description[:200])
        return tuple(found.values())


class IssueBootToken(Body, frozen=True, kw_only=True):
    """`POST /v1/boot-tokens`."""

    user: f.UserId
    project: f.Slug | None = None
    environment: f.EnvironmentName | None = None
    session_id: f.Label | None = None
    vm_id: f.Label | None = None
    requirements: Requirements | None = None
    ttl_seconds: f.TtlSeconds = TTL_DEFAULT_SECONDS


class PutEnvironment(Body, frozen=True, kw_only=True):
    """`PUT /v1/environments/{name}`. Without a description the one that is there stays."""

    variables: f.Variables
    description: f.Description | None = None
    allow_sensitive: bool = False


class ResolveTemplates(Body, frozen=True, kw_only=True):
    """`POST /v1/resolve`. Without a user the caller's own secrets are meant."""

    templates: f.Templates
    target: f.TargetName
    user: f.UserId | None = None
    project: f.Slug | None = None


class Inject(Body, frozen=True):
    """`POST /v1/inject`."""

    public_key: f.PublicKeyText | None = None
    requirements: Requirements | None = None

    def raw_public_key(self) -> bytes:
        """The VM's public key, empty where it sent none. Raises `InvalidRequest`."""
        if self.public_key is None:
            return b""
        raw = from_base64(self.public_key, "public_key")
        if len(raw) != KEY_BYTES:
            raise InvalidRequest.of_field("public_key", f"must be {KEY_BYTES} bytes in base64")
        # Here, and not when the bundle is sealed to it: a mistaken request must not use up the boot token.
        check_public_key(raw)
        return raw
