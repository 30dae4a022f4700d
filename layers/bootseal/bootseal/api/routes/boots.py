"""Boots: their tokens, and what a VM trades one for."""

from typing import Final

from bootseal import errors as e
from bootseal import schemas
from bootseal.api import examples, shapes
from bootseal.api.route import Route
from bootseal.services.access import ISSUE

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
        answer=shapes.BootTokenIssued,
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
        answer=shapes.Bundle,
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
)
