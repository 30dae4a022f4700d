"""Options for listings that only grow: how many, and from when to when."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from bootseal_cli.failures import print_note

recent_limit_option = click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many at most."
)

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class MomentType(click.ParamType[str]):
    """A moment: RFC 3339 (`2026-11-21T10:00:00Z`), or how long ago (`30m`, `2h`, `7d`)."""

    name = "moment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the moment as RFC 3339 in UTC, or fail as a usage error."""
        if ago := _AGO.fullmatch(value):
            return _written(datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail("use 2026-11-21T10:00:00Z, or 30m, 2h, 7d for how long ago", param, ctx)
        return _written(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def say_more(found: dict[str, Any]) -> None:
    """Say that a listing was cut, where it was."""
    if found.get("next_cursor"):
        print_note(f"Only the newest {len(found['items'])}; see more with a higher --limit.")
