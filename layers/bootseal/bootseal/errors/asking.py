"""How a request is put, and who puts it: 400, 401, 403, 405, 413 and 415."""

from bootseal.errors.base import BootsealError


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


class MethodNotAllowed(BootsealError):
    """The path exists and has no such method."""

    code = "method_not_allowed"
    title = "This path has no such method"


class PayloadTooLarge(BootsealError):
    """The request body is over the limit."""

    code = "payload_too_large"
    title = "The request body is too large"


class BundleTooLarge(PayloadTooLarge):
    """The environment of this boot does not fit one answer."""

    code = "bundle_too_large"
    title = "The environment of this boot is too large"


class UnsupportedMediaType(BootsealError):
    """The body says it is something else than JSON in UTF-8."""

    code = "unsupported_media_type"
    title = "The body must be JSON in UTF-8"
