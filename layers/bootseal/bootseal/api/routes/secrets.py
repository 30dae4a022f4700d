"""Secrets: one at a time."""

from typing import Any, Final

from bootseal import errors as e
from bootseal import field_types as f
from bootseal import schemas
from bootseal.api import examples, shapes
from bootseal.api.params import IDEMPOTENCY_KEY, IF_MATCH, LIMIT, NAME, SCOPE, cursor
from bootseal.api.route import Param, Route
from bootseal.services.access import MANAGE, READ

_NULL: Final[dict[str, Any]] = {"type": "null"}
_CLEAR: Final = {
    "required": ["value"],
    "properties": {"value": {"type": "string"}, "encrypted_value": _NULL, "key_id": _NULL, "hint": _NULL},
}
_SEALED: Final = {
    "required": ["encrypted_value", "key_id"],
    "properties": {"value": _NULL, "encrypted_value": {"type": "string"}, "key_id": {"type": "string"}},
}
_NO_VALUE: Final = {
    "properties": {"value": _NULL, "encrypted_value": _NULL, "key_id": _NULL, "hint": _NULL},
    "anyOf": [
        {"required": [name], "properties": {name: {"type": kind}}}
        for name, kind in (("description", "string"), ("auto_install", "boolean"), ("instructions_safe", "boolean"))
    ],
}
ONE_VALUE: Final = {"oneOf": [_CLEAR, _SEALED]}
"""A value, clear or sealed by the client, and not both."""
A_CHANGE: Final = {"anyOf": [_CLEAR, _SEALED, _NO_VALUE]}
"""At least one thing to change."""

_VALUE_ERRORS: Final = (e.InvalidValue, e.ValueTooLarge)

ROUTES: Final = (
    Route(
        "POST",
        "/v1/secrets",
        "create_secret",
        "Create a secret",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(IDEMPOTENCY_KEY,),
        body=schemas.CreateSecret,
        body_rules=ONE_VALUE,
        body_example=examples.CREATE_SECRET,
        status=201,
        answer=shapes.SecretMetadata,
        answer_example=examples.SECRET,
        headers=("ETag", "Location"),
        errors=(
            e.SecretNotFound,
            e.NameConflict,
            e.IdempotencyConflict,
            e.PayloadTooLarge,
            e.InvalidName,
            e.ReservedName,
            e.InvalidScope,
            *_VALUE_ERRORS,
        ),
        notes="A scope the token does not reach answers 404 `secret_not_found`.",
    ),
    Route(
        "GET",
        "/v1/secrets",
        "list_secrets",
        "List and search secrets",
        "Secrets",
        READ,
        own_private=True,
        params=(
            Param("scope", "query", f.ScopeLabel, "Only this scope; without it all the caller sees."),
            Param("q", "query", str, "Part of a name, env name or description, in any case."),
            LIMIT,
            cursor(f"{f.NAME_PATTERN}@{f.SCOPE_PATTERN}"),
        ),
        answer=shapes.SecretPage,
        answer_example=examples.SECRETS,
        errors=(e.SecretNotFound, e.InvalidScope),
        notes="Without `secrets:read` only the caller's own private secrets are listed.",
    ),
    Route(
        "GET",
        "/v1/secrets/{scope}/{name}",
        "get_secret",
        "Get a secret's metadata",
        "Secrets",
        READ,
        own_private=True,
        params=(SCOPE, NAME),
        answer=shapes.SecretMetadata,
        answer_example=examples.SECRET,
        headers=("ETag",),
        errors=(e.SecretNotFound, e.InvalidName, e.InvalidScope),
    ),
    Route(
        "PATCH",
        "/v1/secrets/{scope}/{name}",
        "update_secret",
        "Change a secret into a new version",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE, NAME, IF_MATCH),
        body=schemas.UpdateSecret,
        body_rules=A_CHANGE,
        body_example=examples.UPDATE_SECRET,
        answer=shapes.SecretMetadata,
        answer_example=examples.SECRET,
        headers=("ETag",),
        errors=(
            e.ImmutableField,
            e.SecretNotFound,
            e.Conflict,
            e.VersionMismatch,
            e.PayloadTooLarge,
            e.InvalidName,
            e.InvalidScope,
            *_VALUE_ERRORS,
        ),
    ),
    Route(
        "DELETE",
        "/v1/secrets/{scope}/{name}",
        "delete_secret",
        "Delete a secret with all its versions",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE, NAME, IF_MATCH),
        status=204,
        errors=(e.SecretNotFound, e.Conflict, e.VersionMismatch, e.InvalidName, e.InvalidScope),
        notes="Final. VMs that are running keep what they have until they stop.",
    ),
    Route(
        "GET",
        "/v1/scopes/{scope}/public-key",
        "get_public_key",
        "Get the key to seal a value with",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE, Param("name", "query", f.Name, "The secret the value is for.", required=True)),
        answer=shapes.SealingKey,
        answer_example=examples.SEALING_KEY,
        errors=(e.SecretNotFound, e.Conflict, e.InvalidName, e.ReservedName, e.InvalidScope),
        notes="Makes the scope's key pair if it has none.",
    ),
)
