"""Trades the boot token for the bundle: `POST /v1/inject`, again and again until an answer or the deadline."""

import json
import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3

from bootseal.model import SecretValue
from bootseal_cli import debug
from bootseal_cli.failures import CliError
from bootseal_cli.vm.deadline import Deadline

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 35.0
"""A little more than the 29 s after which API Gateway gives up, so that its own error arrives."""

FIRST_WAIT_SECONDS: Final = 0.2
LONGEST_WAIT_SECONDS: Final = 8.0
ANSWER_MAX_BYTES: Final = 12_000_000
"""More than API Gateway's 10 MB; an endless answer stops here."""

_BUSY: Final = 429
_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """What one boot asks. The same for every try, the public key above all: it is what binds the token to this VM."""

    api_url: str
    token: SecretValue
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body stays out of `repr`."""

    status: int
    retry_after: str | None
    body: bytes = field(repr=False)

    def document(self) -> dict[str, Any]:
        """Return the body as a JSON object, empty where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def worth_repeating(self) -> bool:
        """Whether the same request may get another answer: throttled, or a fault that is not about what is stored."""
        broken = self.status >= 500 and self.document().get("code") != "integrity_error"
        return self.status == _BUSY or broken


def ask(request: Request, deadline: Deadline) -> Answer:
    """Return the service's answer, whatever it says. Raises CliError (exit 5) where none comes before the deadline."""
    pool = _pool_for(request.api_url)
    tries = 0
    while True:
        answer, reason = _try(pool, request, deadline)
        if answer is not None and not answer.worth_repeating:
            return answer
        wait = _wait(tries, answer.retry_after if answer else None)
        debug.note(f"{reason}; next try in {wait:.1f} s")
        if wait >= deadline.left():
            raise deadline.passed(reason)
        time.sleep(wait)
        tries += 1


def _try(pool: urllib3.PoolManager, request: Request, deadline: Deadline) -> tuple[Answer | None, str]:
    """Send the request once; return the answer, if any, and what to say if it was the last try."""
    left = max(0.001, deadline.left())
    try:
        response = pool.request(
            "POST",
            f"{request.api_url}/v1/inject",
            headers={
                "Authorization": f"Bearer {request.token.reveal()}",
                "Content-Type": "application/json",
                "User-Agent": "bootseal-boot",  # the trail shows it; looking our version up would hold up the boot
            },
            body=json.dumps(request.body).encode(),
            redirect=False,  # a redirect could carry the token to another host
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=min(READ_SECONDS, left)),
        )
        answer = Answer(response.status, response.headers.get("Retry-After"), _read(response))
    except (urllib3.exceptions.HTTPError, OSError) as failure:
        return None, _plain(request.api_url, failure)
    return answer, f"{_origin(request.api_url)} answered with status {answer.status}"


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    body = bytearray()
    while chunk := response.read(_CHUNK):
        body += chunk
        if len(body) > ANSWER_MAX_BYTES:
            raise CliError(f"the answer is larger than {ANSWER_MAX_BYTES} bytes; is --api-url the Bootseal API?")
    response.release_conn()
    return bytes(body)


def _wait(tries: int, retry_after: str | None) -> float:
    """Return the seconds to wait: any share of an interval that doubles (full jitter), or what the service asks for.

    Full jitter spreads a fleet that was launched, or refused, all at once. A little of it is added to what the
    service asks for as well, for the same reason.
    """
    jitter = random.uniform(0, min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**tries))  # noqa: S311 - not a secret
    asked = _seconds(retry_after)
    return jitter if asked is None else asked + min(jitter, 1.0)


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds a `Retry-After` means (RFC 9110, 10.2.3: a number or a date), or None."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def _pool_for(url: str) -> urllib3.PoolManager:
    """Return a pool that goes through the proxy the environment names for `url`, if any."""
    if any(name.lower().endswith("_proxy") for name in os.environ):
        import urllib.request

        parts = urlsplit(url)
        proxy = urllib.request.getproxies().get(parts.scheme)
        if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
            return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


_REASONS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (urllib3.exceptions.SSLError, "its certificate cannot be verified (is the clock right?)"),
    (urllib3.exceptions.NameResolutionError, "there is no such host, or no network yet"),
    (urllib3.exceptions.NewConnectionError, "the connection was refused"),
    (urllib3.exceptions.ConnectTimeoutError, "no answer to the connection"),
    (urllib3.exceptions.TimeoutError, "it took too long to answer"),
    (urllib3.exceptions.ProxyError, "the proxy of the environment does not answer"),
)


def _plain(url: str, failure: Exception) -> str:
    """Say in a few words what went wrong, from a table: a library's own text may quote what was sent."""
    reason = next((text for kind, text in _REASONS if isinstance(failure, kind)), "the connection broke")
    return f"{_origin(url)}: {reason}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
