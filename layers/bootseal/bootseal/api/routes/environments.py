"""Environments."""

from typing import Final

from bootseal import errors as e
from bootseal import field_types as f
from bootseal import schemas
from bootseal.api import examples, shapes
from bootseal.api.params import ENVIRONMENT, IF_MATCH, IF_NONE_MATCH, LIMIT, cursor
from bootseal.api.route import Route
from bootseal.services.access import MANAGE, READ

_VALUE_ERRORS: Final = (e.InvalidValue, e.ValueTooLarge)

ROUTES: Final = (
    Route(
        "GET",
        "/v1/environments",
        "list_environments",
        "List environments",
        "Environments",
        READ,
        params=(LIMIT, cursor(f.SLUG_PATTERN)),
        answer=shapes.EnvironmentPage,
        answer_example=examples.ENVIRONMENTS,
    ),
    Route(
        "PUT",
        "/v1/environments/{name}",
        "put_environment",
        "Make or change an environment",
        "Environments",
        MANAGE,
        params=(ENVIRONMENT, IF_MATCH, IF_NONE_MATCH),
        body=schemas.PutEnvironment,
        body_example=examples.PUT_ENVIRONMENT,
        answer=shapes.Environment,
        answer_example=examples.ENVIRONMENT,
        headers=("ETag",),
        errors=(
            e.Conflict,
            e.VersionMismatch,
            e.PayloadTooLarge,
            e.InvalidName,
            e.ReservedName,
            *_VALUE_ERRORS,
            e.SensitiveValue,
        ),
        notes="201 with `Location` where it is new. What changes nothing makes no version. Without a description the "
        "one that is there stays.",
    ),
    Route(
        "GET",
        "/v1/environments/{name}",
        "get_environment",
        "Get an environment",
        "Environments",
        READ,
        params=(ENVIRONMENT,),
        answer=shapes.Environment,
        answer_example=examples.ENVIRONMENT,
        headers=("ETag",),
        errors=(e.EnvironmentNotFound, e.InvalidName),
    ),
    Route(
        "DELETE",
        "/v1/environments/{name}",
        "delete_environment",
        "Delete an environment",
        "Environments",
        MANAGE,
        params=(ENVIRONMENT, IF_MATCH),
        status=204,
        errors=(e.EnvironmentNotFound, e.Conflict, e.VersionMismatch, e.InvalidName),
        notes="Its history stays. Launches that name it fail until it is made again.",
    ),
    Route(
        "GET",
        "/v1/environments/{name}/versions",
        "list_environment_versions",
        "List every change of an environment",
        "Environments",
        READ,
        params=(ENVIRONMENT, LIMIT, cursor("[0-9]{8}[0-9a-f]{12}")),
        answer=shapes.EnvironmentPage,
        answer_example=examples.ENVIRONMENTS,
        errors=(e.EnvironmentNotFound, e.InvalidName),
        notes="Newest first, also of an environment that was deleted.",
    ),
)
