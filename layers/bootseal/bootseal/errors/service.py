"""What is stored cannot be trusted (500), or a part is out of reach (429, 503)."""

from bootseal.errors.base import BootsealError


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
