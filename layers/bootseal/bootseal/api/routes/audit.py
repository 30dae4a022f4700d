"""The audit trail, and removing who leaves."""

from typing import Final

from bootseal import errors as e
from bootseal import field_types as f
from bootseal.api import boot_shapes, examples, shapes
from bootseal.api.params import LIMIT, TIME_CURSOR
from bootseal.api.route import Param, Route
from bootseal.services.access import AUDIT, MANAGE

ROUTES: Final = (
    Route(
        "GET",
        "/v1/audit",
        "query_audit",
        "Read the audit trail",
        "Audit",
        AUDIT,
        params=(
            Param("since", "query", f.Time, "Nothing before this time.", blank=True),
            Param("until", "query", f.Time, "Nothing after this time.", blank=True),
            Param("actor", "query", f.UserId, "Only what this user did.", blank=True),
            Param("action", "query", f.AuditAction, "Only this action.", blank=True),
            Param(
                "scope",
                "query",
                f.ScopeLabel,
                "Only secrets of this scope; `private` is that of the actor.",
                blank=True,
            ),
            Param("name", "query", f.Name, "Only secrets of this name.", blank=True),
            LIMIT,
            TIME_CURSOR,
        ),
        answer=boot_shapes.AuditPage,
        answer_example=examples.AUDIT,
        errors=(e.InvalidName, e.InvalidScope),
    ),
    Route(
        "DELETE",
        "/v1/users/{user}/secrets",
        "remove_user",
        "Remove a user who leaves",
        "Audit",
        MANAGE,
        params=(Param("user", "path", f.UserId, "Who leaves.", required=True),),
        answer=shapes.RemovedUser,
        answer_example=examples.REMOVED,
        errors=(e.InvalidName,),
        notes="Needs `audit:read` too, and a token that is not limited to some projects. Deletes the user's private "
        "secrets for good and cancels their boot tokens.",
    ),
)
