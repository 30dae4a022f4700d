"""The roles' rights to the audit trail, as the template writes them: append to one place, and no more."""

import pytest

from support.template import actions, functions, may, statements

# These answer anybody or know no caller, so they refuse nobody.
WITHOUT_CALLERS = {"authorize", "get_openapi", "serve_console", "whoami", "boot_inject", "refuse_method"}
WITH_CALLERS = sorted(functions().keys() - WITHOUT_CALLERS)
# Read, and change nothing: what they may append is refusals.
READERS = [
    "get_environment",
    "get_secret",
    "list_boots",
    "list_environment_versions",
    "list_environments",
    "list_secrets",
    "list_versions",
    "preview_boot",
    "query_audit",
]
REFUSAL, ENTRY = "ORG#acme#REFUSED#0123", "ORG#acme#AUDIT#0123"


@pytest.mark.parametrize("function", WITH_CALLERS)
def test_a_function_that_knows_its_caller_may_note_refusals(function: str) -> None:
    assert may(function, "dynamodb:PutItem", REFUSAL)


@pytest.mark.parametrize("function", READERS)
def test_a_function_that_reads_may_append_nothing_but_refusals(function: str) -> None:
    assert not may(function, "dynamodb:PutItem", ENTRY)
    assert not may(function, "dynamodb:PutItem", "ORG#acme#SCOPE#shared")
    assert actions(function, "dynamodb") <= {
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
    }


@pytest.mark.parametrize("function", sorted(functions()))
def test_no_function_updates_or_deletes_entries(function: str) -> None:
    for key in (REFUSAL, ENTRY):
        assert not may(function, "dynamodb:UpdateItem", key)
        assert not may(function, "dynamodb:DeleteItem", key)


@pytest.mark.parametrize("function", sorted(functions()))
def test_whoever_reads_the_indexes_cannot_write_where_entries_of_changes_lie(function: str) -> None:
    reads_indexes = any(
        "Fn::Sub" in said["Resource"] for said in statements(function) if isinstance(said["Resource"], dict)
    )
    assert reads_indexes == (function in {"list_boots", "query_audit"})
    if reads_indexes:
        assert not may(function, "dynamodb:PutItem", ENTRY)
