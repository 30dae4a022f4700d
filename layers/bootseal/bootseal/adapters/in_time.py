"""Calls that end before the function does: nothing is sent that may still hang when Lambda ends the invocation.

Killed in the middle, a function answers nothing: the caller gets the gateway's bare 502 and does not learn what to do.
With this, whatever hangs and however many calls a function makes, it answers in time, with 503 and `Retry-After`.
"""

from typing import Any

from botocore.exceptions import BotoCoreError

from bootseal import deadline


class OutOfTimeError(BotoCoreError):
    """A call, or another try of one, was not begun because there would be no time for its answer to fail to come."""

    fmt = "No time is left for another try."


def install(client: Any) -> Any:
    """Let `client` begin no try that may outlast the invocation; returns it."""
    config = client.meta.config
    longest = config.connect_timeout + config.read_timeout

    def check(**_: Any) -> None:
        if deadline.seconds_left() < longest:
            raise OutOfTimeError

    client.meta.events.register_first("before-send", check, unique_id="bootseal-in-time")
    return client
