"""Spreading rows that come in time order over several partitions, and where each way of asking finds them.

An index partition takes 1,000 write units a second (DynamoDB developer guide) and, since the newest rows all go to
its end, it is not split under load. What one org, one user or one launcher writes in a boot storm is more, so each
such key has a number at its end. A reader asks all of them at once.
"""

import zlib
from typing import Final

from bootseal.model import Scope

ORG_SHARDS: Final = 8
"""For what grows with all boots of an org: 8,000 units a second, so 480,000 boots a minute."""

USER_SHARDS: Final = 2
"""For what one user's VMs, or one actor, cause: 120,000 boots or audit entries a minute."""

PROJECT_SHARDS: Final = 4
"""For the boots of one project: 240,000 a minute."""


def shard_of(text: str, shards: int) -> int:
    """Which of `shards` partitions a row goes to: a checksum, so that it is the same everywhere."""
    return zlib.crc32(text.encode()) % shards


def numbered(key: str, shards: int) -> tuple[str, ...]:
    """All partitions of a spread key."""
    return tuple(f"{key}#{number}" for number in range(shards))


def boots_of_user(org: str, user: str) -> tuple[str, ...]:
    """gsi1: boots of a user's VMs."""
    return numbered(f"ORG#{org}#BOOTS-OF-USER#{user}", USER_SHARDS)


def boots_of_org(org: str) -> tuple[str, ...]:
    """gsi3: all boots."""
    return numbered(f"ORG#{org}#BOOTS", ORG_SHARDS)


def boots_with_part(org: str, scope: Scope, part: str) -> tuple[str, ...]:
    """gsi2 (a project's) and gsi4 (the org's shared scope): boots whose receipt has that part of the scope."""
    shards = PROJECT_SHARDS if scope.owner else ORG_SHARDS
    return numbered(f"ORG#{org}#BOOTS-WITH#{scope.key}#{part}", shards)


def acts_of_actor(org: str, actor: str) -> tuple[str, ...]:
    """gsi1: audit entries of an actor."""
    return numbered(f"ORG#{org}#ACTOR#{actor}", USER_SHARDS)


def changes_of_secret(org: str, scope: Scope, env_name: str) -> str:
    """gsi2: audit entries that tell a secret's versions. Nobody changes one secret a thousand times a second."""
    return f"ORG#{org}#CHANGES#{scope.key}#{env_name}"


def uses_of_secret(org: str, scope: Scope, env_name: str) -> tuple[str, ...]:
    """gsi2: every other audit entry about a secret."""
    return numbered(f"ORG#{org}#USES#{scope.key}#{env_name}", PROJECT_SHARDS)


def acts_of_org(org: str) -> tuple[str, ...]:
    """gsi3: all audit entries."""
    return numbered(f"ORG#{org}#AUDIT", ORG_SHARDS)


def acts_of_kind(org: str, action: str) -> tuple[str, ...]:
    """gsi4: audit entries of one action."""
    return numbered(f"ORG#{org}#ACTION#{action}", PROJECT_SHARDS)


def home(partitions: tuple[str, ...], text: str) -> str:
    """The one of a spread key's partitions that a row identified by `text` goes to."""
    return partitions[shard_of(text, len(partitions))]
