"""The values of a boot: its token, what it asks for, what it gets and the record that stays. Frozen, free of I/O."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec

from bootseal.environment_model import check_environment_name
from bootseal.errors import BootsealError, TokenInvalid
from bootseal.model import SHARED, Scope, private_scope, project_scope

TTL_MIN_SECONDS: Final = 30
TTL_DEFAULT_SECONDS: Final = 300
TTL_MAX_SECONDS: Final = 900
"""Bounds of a boot token's life."""

BUNDLE_MAX_BYTES: Final = 4_000_000
"""Most bytes of JSON a bundle may have: sealed, in base64 and with its receipt it then fits Lambda's 6 MB answer
(AWS Lambda quotas, invocation payload, synchronous)."""

REQUIREMENTS_MAX: Final = 1_000
"""Most secrets a manifest may declare."""

TOKEN_MAX_LENGTH: Final = 1_024
"""Longest token that is looked at."""

_PREFIX = "bsl1"
_TOKEN = re.compile(rf"{_PREFIX}_[A-Za-z0-9_-]{{43}}\.([A-Za-z0-9_-]+)")
_SubjectParts = tuple[str, str, str | None, str | None]


class Status(StrEnum):
    """What became of a secret at a boot."""

    INJECTED = "injected"
    SHADOWED = "shadowed"
    DISABLED = "disabled"
    UNDECLARED = "undeclared"
    MISSING = "missing"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One declared secret, by env name."""

    env_name: str
    optional: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class BootSubject:
    """Whose boot it is: the org, the user, and the project and environment if the launch names them."""

    org: str
    user: str
    project: str | None = None
    environment: str | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes of this boot, strongest first."""
        project = (project_scope(self.project),) if self.project else ()
        return (private_scope(self.user), *project, SHARED)


@dataclass(frozen=True, slots=True)
class BootToken:
    """A stored boot token. The token itself is never stored: `token_hash` is its SHA-256 in hex.

    `issued_at` and `expires_at` are epoch seconds. `bound_key` is the public key of the VM that used it first, empty
    bytes where that VM sent none, and None while it is unused. `proof` says that we issued it (`token_signing`).
    """

    token_hash: str
    subject: BootSubject
    session_id: str
    vm_id: str
    requirements: tuple[Requirement, ...] | None
    issued_at: int
    issued_by: str
    expires_at: int
    bound_key: bytes | None = field(default=None, repr=False)
    proof: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """One secret of a receipt; `scope` and `version` are None for a missing one."""

    name: str
    env_name: str
    scope: Scope | None
    version: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class Receipt:
    """The value-free record of one boot. `created_at` is RFC 3339 UTC with milliseconds.

    `defaults` are the variables that came from the environment, in its version `environment_version`.
    """

    subject: BootSubject
    session_id: str
    vm_id: str
    token_hash: str
    created_at: str
    entries: tuple[ReceiptEntry, ...]
    defaults: tuple[str, ...] = ()
    environment_version: str | None = None
    source_ip: str = ""
    user_agent: str = ""


def new_boot_token(subject: BootSubject) -> str:
    """A new token for `subject`: a prefix scanners can know, 256 random bits, and where to look.

    The last part names the subject so that a boot can read its scopes while the token is being checked, instead of
    after. It grants nothing: the stored hash covers the whole token, so a token with another subject was never issued.
    """
    return f"{_PREFIX}_{secrets.token_urlsafe(32)}.{_encode_subject(subject)}"


def subject_of(token: str) -> BootSubject:
    """The subject a token claims to be for, still to be checked. Raises `TokenInvalid` for anything malformed."""
    if len(token) > TOKEN_MAX_LENGTH or not (match := _TOKEN.fullmatch(token)):
        raise TokenInvalid
    try:
        org, user, project, environment = msgspec.json.decode(_from_base64url(match[1]), type=_SubjectParts)
        subject = BootSubject(_key_part(org), _key_part(user), project, environment)
        _ = subject.scopes
        if environment is not None:
            check_environment_name(environment)
    except (ValueError, BootsealError):
        raise TokenInvalid from None
    return subject


def _key_part(text: str) -> str:
    # "#" separates the parts of the table's keys: a made-up token may not name what lies across them.
    if not text or "#" in text:
        raise TokenInvalid
    return text


def hash_token(token: str) -> str:
    """What is stored of a token. A fast hash is enough: a token has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def _encode_subject(subject: BootSubject) -> str:
    parts = (subject.org, subject.user, subject.project, subject.environment)
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
