"""The one error tree. Every error a caller can meet is a `BootsealError` with a stable `code`.

Messages name the field and the next step and never hold a value. HTTP statuses are assigned in `bootseal.http`.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field at fault: its name in the request and what to do about it. Never its content."""

    field: str
    message: str


class BootsealError(Exception):
    """Base of all errors.

    `code` is snake_case and stable (scripts match on it); `title` is the same for every error of the type;
    the message is the detail for this case; `fields` names what is at fault, if anything is; `extra` are further
    members of the problem document (RFC 9457 section 3.2).
    """

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "", *fields: FieldError) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = fields
        self.extra: dict[str, object] = {}

    @classmethod
    def of_field(cls, field: str, message: str) -> "BootsealError":
        """An error whose whole story is one field."""
        return cls(f"{field}: {message}", FieldError(field, message))


# --- the request is malformed (400) ---
class InvalidRequest(BootsealError):
    """The body, a header or a parameter cannot be read."""

    code = "invalid_request"
    title = "The request cannot be read"


class UnknownField(InvalidRequest):
    """The body has a field this call does not know."""

    code = "unknown_field"
    title = "The body has a field this call does not know"


class ImmutableField(InvalidRequest):
    """The body tries to change what is fixed at creation."""

    code = "immutable_field"
    title = "That field cannot be changed"


# --- who is asking (401, 403) ---
class NotAuthenticated(BootsealError):
    """No identity, or one that cannot be verified."""

    code = "not_authenticated"
    title = "Sign in first"


class TokenInvalid(NotAuthenticated):
    """A boot token that was never issued, or is malformed."""

    code = "token_invalid"
    title = "The boot token is not valid"


class TokenExpired(NotAuthenticated):
    """A boot token past its life."""

    code = "token_expired"
    title = "The boot token has expired"


class TokenUsed(NotAuthenticated):
    """A boot token another VM has already used."""

    code = "token_used"
    title = "The boot token has already been used"


class NotAllowed(BootsealError):
    """The caller is known but lacks a permission."""

    code = "not_allowed"
    title = "You do not have permission for this"


class NotInstructionsSafe(NotAllowed):
    """A placeholder in instructions names a secret that is not marked `instructions_safe`."""

    code = "not_instructions_safe"
    title = "That secret may not be put into instructions"


# --- absent (404) ---
class NotFound(BootsealError):
    """There is no such thing, or none the caller may see."""

    code = "not_found"
    title = "Not found"


class SecretNotFound(NotFound):
    """No such secret, or none the caller may see: deliberately the same answer."""

    code = "secret_not_found"
    title = "There is no such secret, or you may not see it"


class VersionNotFound(NotFound):
    """The secret exists and has no such version (any more)."""

    code = "version_not_found"
    title = "The secret has no such version"


class EnvironmentNotFound(NotFound):
    """No such environment in the caller's org."""

    code = "environment_not_found"
    title = "There is no such environment"


class MethodNotAllowed(BootsealError):
    """The path exists and has no such method."""

    code = "method_not_allowed"
    title = "This path has no such method"


# --- it clashes with what is there (409, 412) ---
class Conflict(BootsealError):
    """The state of the resource does not allow this."""

    code = "conflict"
    title = "That clashes with what is already there"


class NameConflict(Conflict):
    """The scope already has a secret of that env name."""

    code = "name_conflict"
    title = "The scope already has a secret with that environment variable"


class MissingRequired(Conflict):
    """A boot's declared, non-optional secrets are absent."""

    code = "missing_required"
    title = "Required secrets are missing"

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(
            f"Missing required secrets: {', '.join(names)}. Create them, or mark them optional in the manifest.",
            *(FieldError(name, "is required by this boot and does not exist in any of its scopes") for name in names),
        )


class BundleChanged(Conflict):
    """A retried boot cannot get the same versions again because one of them is gone."""

    code = "bundle_changed"
    title = "A secret of this boot was deleted since its first answer; launch again with a new boot token"


class ImportConflict(Conflict):
    """An import met secrets that exist, and was told to fail then. Nothing was written."""

    code = "import_conflict"
    title = "Some of these secrets exist already, so nothing was written"


class IdempotencyConflict(Conflict):
    """The same `Idempotency-Key` came with another request."""

    code = "idempotency_conflict"
    title = "That Idempotency-Key was used for another request"


class VersionMismatch(BootsealError):
    """`If-Match` names another version than the current one."""

    code = "version_mismatch"
    title = "What you would change has changed since you read it"


# --- too large (413) ---
class PayloadTooLarge(BootsealError):
    """The request body is over the limit."""

    code = "payload_too_large"
    title = "The request body is too large"


class BundleTooLarge(PayloadTooLarge):
    """The environment of this boot does not fit one answer."""

    code = "bundle_too_large"
    title = "The environment of this boot is too large"


# --- not JSON (415) ---
class UnsupportedMediaType(BootsealError):
    """The body says it is something else than JSON in UTF-8."""

    code = "unsupported_media_type"
    title = "The body must be JSON in UTF-8"


# --- well formed, but not acceptable (422) ---
class Unprocessable(BootsealError):
    """A field's content breaks a rule."""

    code = "invalid_field"
    title = "A field breaks a rule"


class InvalidName(Unprocessable):
    """A name outside the naming rule."""

    code = "invalid_name"
    title = "That name is not allowed"


class ReservedName(Unprocessable):
    """A name whose environment variable would change how programs on the VM run."""

    code = "reserved_name"
    title = "That environment variable is reserved"


class InvalidScope(Unprocessable):
    """A scope that is not private, shared or `project:<slug>`."""

    code = "invalid_scope"
    title = "That scope is not valid"


class InvalidValue(Unprocessable):
    """A value that is empty, holds NUL, or is not UTF-8."""

    code = "invalid_value"
    title = "That value cannot be stored"


class ValueTooLarge(InvalidValue):
    """A value over the limit."""

    code = "value_too_large"
    title = "That value is too large"


class InvalidHeader(Unprocessable):
    """A text resolved for a header holds CR, LF or NUL."""

    code = "invalid_header"
    title = "That text cannot be a header"


class ImportInvalid(Unprocessable):
    """An import has entries that cannot be stored. Nothing was written."""

    code = "import_invalid"
    title = "Some of these entries cannot be stored, so nothing was written"


class UnknownPlaceholder(Unprocessable):
    """A template names secrets that do not exist for this caller."""

    code = "unknown_placeholder"
    title = "A placeholder names no secret"


class SensitiveValue(Unprocessable):
    """An environment variable that looks like a credential."""

    code = "sensitive_value"
    title = "That value looks like a credential"


# --- what is stored cannot be trusted (500), and what is out of reach (429, 503) ---
class IntegrityError(BootsealError):
    """A stored row fails verification: changed, moved or sealed to another key."""

    code = "integrity_error"
    title = "Stored data failed verification"


class Throttled(BootsealError):
    """AWS or we ourselves ask the caller to slow down."""

    code = "throttled"
    title = "Too many requests right now"


class Unavailable(BootsealError):
    """A part the call needs is out of reach; nothing was changed, or the change is whole."""

    code = "unavailable"
    title = "A part of the service is out of reach"
