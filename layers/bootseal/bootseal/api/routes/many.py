"""Secrets: their history, copies, imports and keys."""

from typing import Final

from bootseal import errors as e
from bootseal import import_schemas, schemas
from bootseal.api import examples, shapes
from bootseal.api.params import IDEMPOTENCY_KEY, IF_MATCH, NAME, SCOPE
from bootseal.api.route import Route
from bootseal.services.access import MANAGE, READ

_PLACE: Final = (e.SecretNotFound, e.InvalidName, e.InvalidScope)

ROUTES: Final = (
    Route(
        "GET",
        "/v1/secrets/{scope}/{name}/versions",
        "list_versions",
        "List a secret's versions",
        "Secrets",
        READ,
        own_private=True,
        params=(SCOPE, NAME),
        answer=shapes.SecretVersions,
        answer_example=examples.VERSIONS,
        errors=_PLACE,
        notes="The last 10 values are kept, each with the changes of metadata made since.",
    ),
    Route(
        "POST",
        "/v1/secrets/{scope}/{name}/rollback",
        "rollback_secret",
        "Go back to an earlier value",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE, NAME, IF_MATCH),
        body=schemas.RollbackSecret,
        body_example={"version": examples.SECRET["version"]},
        answer=shapes.SecretMetadata,
        answer_example=examples.SECRET,
        headers=("ETag",),
        errors=(*_PLACE, e.VersionNotFound, e.Conflict, e.VersionMismatch, e.IntegrityError),
        notes="The value is copied as it is sealed; nothing is decrypted.",
    ),
    Route(
        "POST",
        "/v1/secrets/{scope}/{name}/clone",
        "clone_secret",
        "Copy a secret",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE, NAME, IDEMPOTENCY_KEY),
        body=schemas.CloneSecret,
        body_example={"scope": "shared", "name": "openai-api-key"},
        status=201,
        answer=shapes.SecretMetadata,
        answer_example=examples.SECRET,
        headers=("ETag", "Location"),
        errors=(
            *_PLACE,
            e.Conflict,
            e.NameConflict,
            e.IdempotencyConflict,
            e.ReservedName,
            e.Unprocessable,
            e.IntegrityError,
        ),
        notes="The permission is needed for both scopes.",
    ),
    Route(
        "POST",
        "/v1/import",
        "import_secrets",
        "Store many secrets, all or none",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(IDEMPOTENCY_KEY,),
        body=import_schemas.ImportSecrets,
        body_example=examples.IMPORT,
        answer=shapes.Imported,
        answer_example=examples.IMPORTED,
        errors=(
            e.SecretNotFound,
            e.Conflict,
            e.ImportConflict,
            e.IdempotencyConflict,
            e.ImportInvalid,
            e.InvalidScope,
            e.Unprocessable,
        ),
        notes="At most 500 entries. Where one stands in the way nothing is written; the problem document then has the "
        "whole plan beside `errors`.",
    ),
    Route(
        "POST",
        "/v1/scopes/{scope}/rotate-key",
        "rotate_scope_key",
        "Give a scope a new key",
        "Secrets",
        MANAGE,
        own_private=True,
        params=(SCOPE,),
        body=schemas.RotateScopeKey,
        body_example={"resume": False},
        answer=shapes.RotationProgress,
        answer_example=examples.ROTATED,
        errors=(e.SecretNotFound, e.Conflict, e.InvalidScope, e.IntegrityError),
        notes="Call again with `resume` until nothing remains. No secret changes its version; boots go on meanwhile.",
    ),
)
