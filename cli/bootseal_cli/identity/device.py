"""The device authorization grant (RFC 8628): sign in with a browser on any other machine."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bootseal_cli.api.transport import Answer
from bootseal_cli.failures import EXIT_NOT_ALLOWED, CliError
from bootseal_cli.identity.issuer import Issuer, oauth_error, post_form
from bootseal_cli.output.text import printable

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
# RFC 8628 section 3.2: the interval where none is given; section 3.5: what `slow_down` adds.
_INTERVAL_SECONDS = 5
_SLOW_DOWN_SECONDS = 5
_LIFE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What the issuer answered to the wish to sign in: what to show, and what to ask with."""

    verification_uri: str
    complete_uri: str | None
    user_code: str
    interval: float
    lasts_seconds: float
    device_code: str = field(repr=False)


def begin(issuer: Issuer, client_id: str, scope: str, audience: str | None) -> DeviceRequest:
    """Ask the issuer for a code to show; CliError where it has no device flow or refuses."""
    if issuer.device_authorization_endpoint is None:
        raise CliError("this issuer offers no device flow; use `bootseal login --no-browser` instead")
    answer = post_form(
        issuer.device_authorization_endpoint, {"client_id": client_id, "scope": scope, "audience": audience}
    )
    request = _request_of(answer.json()) if answer.ok else None
    if request is None:
        raise CliError(f"sign-in failed: {oauth_error(answer)[1]}", EXIT_NOT_ALLOWED)
    return request


def _request_of(document: Any) -> DeviceRequest | None:
    try:
        return DeviceRequest(
            verification_uri=printable(str(document["verification_uri"])),
            complete_uri=printable(str(document["verification_uri_complete"]))
            if document.get("verification_uri_complete")
            else None,
            user_code=printable(str(document["user_code"])),
            interval=float(document.get("interval", _INTERVAL_SECONDS)),
            lasts_seconds=float(document.get("expires_in", _LIFE_SECONDS)),
            device_code=str(document["device_code"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def wait(
    issuer: Issuer, client_id: str, request: DeviceRequest, sleep: Callable[[float], None] = time.sleep
) -> Mapping[str, Any]:
    """Ask until the person has signed in; return the token endpoint's answer. Raises CliError (exit 3) for a no."""
    form = {"grant_type": _GRANT, "device_code": request.device_code, "client_id": client_id}
    interval, ends = request.interval, time.monotonic() + request.lasts_seconds
    while time.monotonic() < ends:
        sleep(interval)
        answer = post_form(issuer.token_endpoint, form)
        if answer.ok and isinstance(found := answer.json(), dict):
            return found
        interval += _patience(answer)
    raise CliError("nobody signed in in time; run it again", EXIT_NOT_ALLOWED)


def _patience(answer: Answer) -> float:
    """Return how many seconds longer to wait from now on; raise CliError where waiting is over."""
    code, said = oauth_error(answer)
    if code == "authorization_pending":
        return 0
    if code == "slow_down":
        return _SLOW_DOWN_SECONDS
    raise CliError(f"sign-in failed: {said}", EXIT_NOT_ALLOWED)
