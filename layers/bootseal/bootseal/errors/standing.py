"""What is there already, or is not: 404, 409 and 412."""

from collections.abc import Mapping
from typing import Final

from bootseal.errors.base import BootsealError, FieldError


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


class Conflict(BootsealError):
    """The state of the resource does not allow this."""

    code = "conflict"
    title = "That clashes with what is already there"


class NameConflict(Conflict):
    """The scope already has a secret of that env name."""

    code = "name_conflict"
    title = "The scope already has a secret with that environment variable"


_ABSENT: Final = "is required by this boot and does not exist in any of its scopes"


class MissingRequired(Conflict):
    """A boot's declared, non-optional secrets are absent. `reasons` say of some of them why, where they may exist."""

    code = "missing_required"
    title = "Required secrets are missing"

    def __init__(self, names: tuple[str, ...], reasons: Mapping[str, str] | None = None) -> None:
        self.names = names
        super().__init__(
            f"Missing required secrets: {', '.join(names)}. Create them, or mark them optional in the manifest.",
            *(FieldError(name, (reasons or {}).get(name, _ABSENT)) for name in names),
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
