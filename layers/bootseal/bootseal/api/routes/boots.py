"""Boots: their tokens, what a VM trades one for, what it would get, what others got; and placeholders."""

from typing import Final

from bootseal import errors as e
from bootseal import field_types as f
from bootseal import schemas
from bootseal.api import boot_shapes, examples
from bootseal.api.params import LIMIT, TIME_CURSOR
from bootseal.api.route import Param, Route
from bootseal.services.access import ISSUE, READ, RESOLVE

ROUTES: Final = (
    Route(
        "POST",
        "/v1/boot-tokens",
        "issue_boot_token",
        "Issue a boot token",
        "Boots",
        ISSUE,
        body=schemas.IssueBootToken,
        body_example=examples.ISSUE,
        status=201,
        answer=boot_shapes.BootTokenIssued,
        answer_example=examples.ISSUED,
        errors=(e.EnvironmentNotFound, e.PayloadTooLarge, e.InvalidName, e.Unprocessable),
    ),
    Route(
        "POST",
        "/v1/inject",
        "boot_inject",
        "Trade a boot token for an environment",
        "Boots",
        public=True,
        body=schemas.Inject,
        body_example=examples.INJECT,
        answer=boot_shapes.Bundle,
        answer_example=examples.BUNDLE,
        errors=(
            e.TokenInvalid,
            e.TokenExpired,
            e.TokenUsed,
            e.EnvironmentNotFound,
            e.MissingRequired,
            e.BundleChanged,
            e.BundleTooLarge,
            e.InvalidName,
            e.IntegrityError,
        ),
        notes="The bearer is the boot token, and its first use binds it to the public key that came with it.",
    ),
    Route(
        "GET",
        "/v1/boot-preview",
        "preview_boot",
        "Preview a boot",
        "Boots",
        READ,
        params=(
            Param("user", "query", f.UserId, "Whose boot; without it the caller's own.", blank=True),
            Param("project", "query", f.Slug, "Of which project.", blank=True),
            Param("environment", "query", f.EnvironmentName, "With which environment.", blank=True),
            Param("require", "query", tuple[f.Name, ...], "What a manifest would declare; may be given often."),
            Param("optional", "query", tuple[f.Name, ...], "What it would declare as optional; may be given often."),
        ),
        answer=boot_shapes.BootPreview,
        answer_example=examples.PREVIEW,
        errors=(e.NotFound, e.EnvironmentNotFound, e.InvalidName),
        notes="Boots of others need `boot:issue`, which does for the caller's own too.",
    ),
    Route(
        "GET",
        "/v1/boots",
        "list_boots",
        "List boots",
        "Boots",
        READ,
        own_private=True,
        params=(
            Param("user", "query", f.UserId, "Only boots of this user.", blank=True),
            Param("session_id", "query", f.Label, "Only boots of this session.", blank=True),
            Param("scope", "query", f.ScopeLabel, "Only boots that got a secret of this scope.", blank=True),
            Param("name", "query", f.Name, "Only boots that got a secret of this name.", blank=True),
            Param("version", "query", str, "Only boots that got this version of it.", blank=True),
            LIMIT,
            TIME_CURSOR,
        ),
        answer=boot_shapes.ReceiptPage,
        answer_example={"items": [examples.RECEIPT], "next_cursor": None},
        errors=(e.SecretNotFound, e.InvalidName, e.InvalidScope),
        notes="Without `secrets:read` only the caller's own boots. Lines about others' private secrets stay out.",
    ),
    Route(
        "POST",
        "/v1/resolve",
        "resolve_templates",
        "Fill placeholders",
        "Placeholders",
        RESOLVE,
        body=schemas.ResolveTemplates,
        body_example=examples.RESOLVE,
        answer=boot_shapes.Resolved,
        answer_example=examples.RESOLVED,
        errors=(
            e.NotInstructionsSafe,
            e.SecretNotFound,
            e.InvalidName,
            e.InvalidHeader,
            e.InvalidValue,
            e.UnknownPlaceholder,
            e.Unprocessable,
            e.IntegrityError,
        ),
        notes="Values are not looked at for further placeholders.",
    ),
)
