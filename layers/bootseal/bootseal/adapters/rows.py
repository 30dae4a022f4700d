"""Rows of the table as DynamoDB's attribute values, and back. Keys are described in docs/table.md.

A row that lacks something, or whose own org, scope or name is not the one it lies under, is refused as changed.
"""

from collections.abc import Mapping
from typing import Any, Final

from bootseal.errors import IntegrityError
from bootseal.model import Scope, ScopeKey, SealedValue, Secret

Item = Mapping[str, Any]
"""One item in DynamoDB's low-level form: `{"pk": {"S": "..."}}`."""

SECRET: Final = "SECRET#"
VERSION: Final = "VERSION#"
KEY: Final = "KEY#"
AFTER_SECRETS: Final = "SECRET$"
"""Sorts behind every secret's sort key and before every older version's."""

METADATA: Final = (
    "pk, sk, org, #scope, #name, env_name, description, auto_install, instructions_safe, hint, version, value_version, "
    "revision, key_id, suite, created_at, created_by, updated_at, updated_by, superseded, signature"
)
"""All of a secret but its ciphertext, as a projection."""
METADATA_NAMES: Final = {"#scope": "scope", "#name": "name"}


def scope_pk(org: str, scope: Scope) -> str:
    """The partition of a scope's secrets, older versions and keys."""
    return f"ORG#{org}#SCOPE#{scope.key}"


def secret_key(org: str, scope: Scope, env_name: str) -> dict[str, Any]:
    """Where a secret's current version lies."""
    return {"pk": {"S": scope_pk(org, scope)}, "sk": {"S": SECRET + env_name}}


def version_key(org: str, scope: Scope, env_name: str, version: str) -> dict[str, Any]:
    """Where a superseded version lies."""
    return {"pk": {"S": scope_pk(org, scope)}, "sk": {"S": f"{VERSION}{env_name}#{version}"}}


def secret_item(secret: Secret, key: Item | None = None) -> dict[str, Any]:
    """The row of `secret`: under its own key, or under `key` where it is superseded."""
    sealed = secret.sealed
    return {
        **(key or secret_key(secret.org, secret.scope, secret.env_name)),
        "org": {"S": secret.org},
        "scope": {"S": secret.scope.key},
        "name": {"S": secret.name},
        "env_name": {"S": secret.env_name},
        "description": {"S": secret.description},
        "auto_install": {"BOOL": secret.auto_install},
        "instructions_safe": {"BOOL": secret.instructions_safe},
        "hint": {"NULL": True} if sealed.hint is None else {"S": sealed.hint},
        "version": {"S": secret.version},
        "value_version": {"S": secret.value_version},
        "revision": {"N": str(secret.revision)},
        "key_id": {"S": sealed.key_id},
        "suite": {"S": sealed.suite},
        "ciphertext": {"B": sealed.ciphertext},
        "created_at": {"S": secret.created_at},
        "created_by": {"S": secret.created_by},
        "updated_at": {"S": secret.updated_at},
        "updated_by": {"S": secret.updated_by},
        "superseded": {"L": [{"S": f"{version}/{value}"} for version, value in secret.superseded]},
        "signature": {"B": secret.signature},
    }


def secret_from(item: Item, org: str, scope: Scope) -> Secret:
    """The secret of a row read from the partition of `org` and `scope`. Raises `IntegrityError`."""
    place = item["sk"]["S"]
    env_name = place.partition("#")[2].partition("#")[0]
    try:
        belongs = (item["org"]["S"], item["scope"]["S"], item["env_name"]["S"]) == (org, scope.key, env_name)
        secret = _secret(item, org, scope, env_name)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        belongs = False
    # The whole key counts: a copy under "SECRET#A#2", or under another version's key, is a row that was moved.
    if not belongs or place not in (SECRET + env_name, f"{VERSION}{env_name}#{secret.version}"):
        raise IntegrityError(
            f"The secret {env_name} in scope {scope.label} was changed outside Bootseal and is refused"
        )
    return secret


def _secret(item: Item, org: str, scope: Scope, env_name: str) -> Secret:
    return Secret(
        org=org,
        scope=scope,
        name=item["name"]["S"],
        env_name=env_name,
        description=item["description"]["S"],
        auto_install=item["auto_install"]["BOOL"],
        instructions_safe=item["instructions_safe"]["BOOL"],
        sealed=SealedValue(
            ciphertext=item["ciphertext"]["B"] if "ciphertext" in item else b"",
            key_id=item["key_id"]["S"],
            suite=item["suite"]["S"],
            hint=_hint(item["hint"]),
        ),
        version=item["version"]["S"],
        value_version=item["value_version"]["S"],
        revision=int(item["revision"]["N"]),
        created_at=item["created_at"]["S"],
        created_by=item["created_by"]["S"],
        updated_at=item["updated_at"]["S"],
        updated_by=item["updated_by"]["S"],
        superseded=tuple(_superseded(entry["S"]) for entry in item["superseded"]["L"]),
        signature=item["signature"]["B"],
    )


def _hint(attribute: Mapping[str, Any]) -> str | None:
    # Only what `secret_item` writes: an attribute of another type would read as "no hint".
    return None if attribute == {"NULL": True} else str(attribute["S"])


def _superseded(text: str) -> tuple[str, str]:
    version, value_version = text.split("/")
    return version, value_version


def scope_key_item(key: ScopeKey) -> dict[str, Any]:
    """The row of a scope key."""
    return {
        "pk": {"S": scope_pk(key.org, key.scope)},
        "sk": {"S": KEY + key.key_id},
        "public_key": {"B": key.public_key},
        "wrapped_private_key": {"B": key.wrapped_private_key},
        "created_at": {"S": key.created_at},
        "signature": {"B": key.signature},
    }


def scope_key_from(item: Item, org: str, scope: Scope) -> ScopeKey:
    """The scope key of a row. Raises `IntegrityError`."""
    try:
        key: ScopeKey | None = ScopeKey(
            org=org,
            scope=scope,
            generation=int(item["sk"]["S"].removeprefix(f"{KEY}k")),
            public_key=item["public_key"]["B"],
            wrapped_private_key=item["wrapped_private_key"]["B"],
            created_at=item["created_at"]["S"],
            signature=item["signature"]["B"],
        )
    except (KeyError, ValueError, TypeError):
        key = None
    # "KEY#k1" is no other name for "KEY#k000001": a copy there would sort as the newest key.
    if key is None or item["sk"]["S"] != KEY + key.key_id:
        raise IntegrityError(f"A key of scope {scope.label} was changed outside Bootseal and is refused")
    return key
