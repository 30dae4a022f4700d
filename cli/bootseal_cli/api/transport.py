"""One HTTP exchange, with retries where repeating is harmless. Nothing here logs a header or a body."""

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.util import Retry, Timeout

from bootseal_cli import debug
from bootseal_cli.failures import EXIT_UNREACHABLE, CliError
from bootseal_cli.output.progress import spinner

RETRIES = 4
BACKOFF_SECONDS = 0.25
JITTER_SECONDS = 0.25
WAIT_MAX_SECONDS = 8
RETRY_AFTER_MAX_SECONDS = 20
CONNECT_TIMEOUT_SECONDS = 5.0
# API Gateway gives up on an answer after 29 seconds; waiting a little longer lets its own error arrive.
READ_TIMEOUT_SECONDS = 35.0
BUSY = 429
GATEWAY_FAILURES = frozenset({502, 503, 504})


class _Retry(Retry):
    """urllib3's policy, but only the listed statuses are retried; by itself it also takes any with `Retry-After`."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: ARG002
        return status_code in (self.status_forcelist or ())


def _policy(repeatable: bool) -> Retry:
    # A throttled request was not carried out, and a refused connection brought nothing over: both may be tried again
    # whatever the method. A lost answer may hide a change that was made.
    return _Retry(
        total=RETRIES,
        read=None if repeatable else 0,
        redirect=0,
        allowed_methods=None,
        status_forcelist={BUSY, *GATEWAY_FAILURES} if repeatable else {BUSY},
        backoff_factor=BACKOFF_SECONDS,
        backoff_jitter=JITTER_SECONDS,
        backoff_max=WAIT_MAX_SECONDS,
        retry_after_max=RETRY_AFTER_MAX_SECONDS,
        raise_on_redirect=False,
        raise_on_status=False,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body stays out of `repr`: a token answer has secrets in it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the call was carried out (2xx)."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the decoded body, or None where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Transport:
    """Connections to one base address, kept open between calls."""

    def __init__(self, base_url: str) -> None:
        """`base_url` has been through `addresses.checked_base`."""
        self._base_url = base_url
        self._pool = _pool_for(base_url)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        `repeatable` says that carrying it out twice is harmless: then lost answers and 502, 503, 504 are retried too.
        A refused connection and 429 always are. Raises CliError (exit 5) where no answer came.
        """
        started = time.monotonic()
        with spinner("waiting for the service"):
            answer = self._send(method, path, headers, body, repeatable)
        took_ms = (time.monotonic() - started) * 1000
        debug.note(f"{method} {path} -> {answer.status} in {took_ms:.0f} ms {answer.headers.get('x-request-id', '')}")
        return answer

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, repeatable: bool) -> Answer:
        try:
            response = self._pool.request(
                method,
                self._base_url + path,
                headers=dict(headers),
                body=body,
                redirect=False,  # a redirect could carry the token to another host
                retries=_policy(repeatable),
                timeout=Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS),
            )
        except urllib3.exceptions.HTTPError as failure:
            raise _unreachable(self._base_url, failure) from None
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.data)


def _pool_for(url: str) -> urllib3.PoolManager:
    """Return a pool that goes through the proxy the environment names for `url`, if any."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _unreachable(base_url: str, failure: urllib3.exceptions.HTTPError) -> CliError:
    reason = getattr(failure, "reason", None) or failure
    return CliError(f"cannot reach {_origin(base_url)}: {_plain(reason)}", EXIT_UNREACHABLE)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# The first that fits is told: urllib3 makes each of the second to fourth a kind of the next.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (urllib3.exceptions.SSLError, "its certificate cannot be verified; check the address and SSL_CERT_FILE"),
    (urllib3.exceptions.NameResolutionError, "there is no such host; check the address and the network"),
    (urllib3.exceptions.NewConnectionError, "no connection; is the service up (`bootseal local up`)?"),
    (urllib3.exceptions.ConnectTimeoutError, "no answer to the connection; check the network and try again"),
    (urllib3.exceptions.ReadTimeoutError, "it took too long to answer; try again"),
    (urllib3.exceptions.ProxyError, "the proxy of the environment does not answer; check HTTPS_PROXY and NO_PROXY"),
    (urllib3.exceptions.ProtocolError, "the connection broke before the whole answer came; try again"),
)


def _plain(reason: BaseException | str) -> str:
    """Say in a few words what went wrong, from a table: a library's own text may quote what was sent."""
    return next((text for kind, text in _REASONS if isinstance(reason, kind)), "the exchange failed; try again")
