"""Times for people: how long ago on a terminal, the exact instant everywhere else."""

from datetime import UTC, datetime

from bootseal_cli.output.text import shown

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
_STEPS = ((_MINUTE, 1, "s"), (_HOUR, _MINUTE, "min"), (_DAY, _HOUR, "h"), (_MONTH, _DAY, "d"), (_YEAR, _MONTH, "mo"))


def ago(moment: object, now: datetime | None = None) -> str:
    """Return `3 min ago` for an RFC 3339 time; what is not one is shown as it is."""
    then = _parsed(moment)
    if then is None:
        return shown(moment)
    seconds = int(((now or datetime.now(UTC)) - then).total_seconds())
    if seconds < 1:
        return "just now"
    for below, unit, name in _STEPS:
        if seconds < below:
            return f"{seconds // unit} {name} ago"
    return f"{seconds // _YEAR} y ago"


def _parsed(moment: object) -> datetime | None:
    try:
        then = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return then if then.tzinfo else None
