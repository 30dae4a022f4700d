"""Which addresses a token or a value may be sent to."""

import ipaddress
from urllib.parse import urlsplit

from bootseal_cli.failures import EXIT_USAGE, CliError


def is_loopback(url: str) -> bool:
    """Return whether `url` names this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_base(url: str, what: str) -> str:
    """Return `url` without trailing slashes; CliError where tokens could be read on the way to it.

    Only https is accepted, or http to this machine. `what` names the setting in the message.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise CliError(f"{what} is not a web address; it looks like https://api.example.com", EXIT_USAGE)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CliError(f"{what} may hold no user, password, query or fragment", EXIT_USAGE)
    if parts.scheme == "http" and not is_loopback(url):
        raise CliError(f"{what} uses http, where tokens could be read on the way; use https", EXIT_USAGE)
    return url.rstrip("/")
