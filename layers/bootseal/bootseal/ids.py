"""Fresh identifiers and times, in one form everywhere."""

import secrets
from datetime import UTC, datetime


def new_version() -> str:
    """An opaque version: 80 random bits in hex. Says nothing about order or content."""
    return secrets.token_hex(10)


def new_event_id() -> str:
    """Names an audit entry: 96 random bits, so that nobody who may only append can find one to write over."""
    return secrets.token_hex(12)


def new_session_id() -> str:
    """A session's name where the launcher gave none."""
    return f"s-{secrets.token_hex(12)}"


def timestamp(moment: datetime) -> str:
    """RFC 3339 UTC with milliseconds and Z, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's TTL wants them."""
    return int(moment.timestamp())


def epoch_of(stamp: str) -> int:
    """Whole seconds since 1970 of a `timestamp`."""
    return int(datetime.fromisoformat(stamp).timestamp())


def stamp_of(seconds: int) -> str:
    """The `timestamp` of whole seconds since 1970."""
    return timestamp(datetime.fromtimestamp(seconds, UTC))


class SystemClock:
    """The machine's clock, as the `Clock` port."""

    def now(self) -> datetime:
        """The current time, UTC."""
        return datetime.now(UTC)
