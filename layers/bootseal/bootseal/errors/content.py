"""Well formed, and still not acceptable: 422."""

from bootseal.errors.base import BootsealError


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
