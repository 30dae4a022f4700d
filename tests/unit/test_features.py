"""docs/features.md names tests that exist, and has a line for everything that was asked."""

import re

import pytest

from support.aws import REPOSITORY

PAGE = (REPOSITORY / "docs" / "features.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| feature", "| ---"))]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_a_test_that_is_named_exists(path: str, test: str) -> None:
    assert re.search(rf"^(async )?def {test}\(", (REPOSITORY / path).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_feature_names_at_least_one_test(row: str) -> None:
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", row)


@pytest.mark.parametrize(
    "feature",
    [
        "Scopes",
        "Shadowing",
        "Auto-install on and off",
        "Upper-snake-case",
        "Write-only",
        "Hint",
        "Description",
        "no rename",
        "Irreversible delete",
        "Clone",
        "headers",
        "instructions: the warning",
        "Permissions",
        "Project scope",
        "Account-wide names",
        "Listing without values",
        "set, list, get, delete",
        "Required and optional",
        "Only declared ones",
        '"Not found"',
        '"Permission denied"',
    ],
)
def test_every_feature_that_was_asked_for_has_a_line(feature: str) -> None:
    assert any(feature in row.split("|")[1] for row in ROWS)
