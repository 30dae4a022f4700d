"""Somebody changes or swaps rows of the table by hand: the boot refuses, clearly, and injects nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from support.deployed import Stack, Vm

Row = dict[str, Any]
Tamper = Callable[[Row, Row], Row]
"""Makes what is stored in a row's place, from the row and another one of the same scope."""


def flipped(ciphertext: bytes) -> bytes:
    """The same bytes with the last one changed."""
    return ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])


TAMPERINGS: dict[str, Tamper] = {
    "name": lambda row, _: {**row, "name": {"S": "renamed"}},
    "env_name": lambda row, _: {**row, "env_name": {"S": "RENAMED"}},
    "scope": lambda row, _: {**row, "scope": {"S": "shared"}},
    "org": lambda row, _: {**row, "org": {"S": "globex"}},
    "owner": lambda row, _: {**row, "created_by": {"S": "somebody-else"}},
    "auto_install": lambda row, _: {**row, "auto_install": {"BOOL": not row["auto_install"]["BOOL"]}},
    "version": lambda row, _: {**row, "version": {"S": "0" * len(row["version"]["S"])}},
    "description": lambda row, _: {**row, "description": {"S": "changed"}},
    "ciphertext": lambda row, _: {**row, "ciphertext": {"B": flipped(row["ciphertext"]["B"])}},
    "signature": lambda row, _: {**row, "signature": {"B": flipped(row["signature"]["B"])}},
    "no signature": lambda row, _: {key: value for key, value in row.items() if key != "signature"},
    "another's ciphertext": lambda row, other: {**row, "ciphertext": other["ciphertext"]},
    "another's row": lambda row, other: {**other, "sk": row["sk"]},
}


def secret_row(stack: Stack, env_name: str, scope: str = "private") -> Row:
    """The row of a secret's current version."""
    found = [
        row for row in stack.rows() if row["sk"]["S"] == f"SECRET#{env_name}" and f"#SCOPE#{scope}" in row["pk"]["S"]
    ]
    assert len(found) == 1
    return found[0]


def put(stack: Stack, row: Row) -> None:
    """Write a row by hand, past the service."""
    stack.aws("dynamodb").put_item(TableName=stack.table_name, Item=row)


def assert_refused(stack: Stack, user: str = "alice") -> None:
    """A boot of the user must fail as a whole, naming what is wrong and no value."""
    answer = stack.inject(stack.boot_token(user), Vm.new())
    assert (answer.status, answer.code) == (500, "integrity_error"), answer.text
    assert "sealed_env" not in answer.text
    assert "env" not in answer.json
    assert answer.json["detail"]


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_changed_row_makes_the_boot_refuse_and_mending_it_makes_it_work(stack: Stack, what: str) -> None:
    stack.store("alice", "FIRST", "first-made-up")
    stack.store("alice", "SECOND", "second-made-up")
    original = secret_row(stack, "FIRST")
    put(stack, TAMPERINGS[what](original, secret_row(stack, "SECOND")))
    assert_refused(stack)
    put(stack, original)
    assert stack.boot() == {"FIRST": "first-made-up", "SECOND": "second-made-up"}


def test_a_row_copied_to_another_scope_is_refused_there(stack: Stack) -> None:
    stack.store("alice", "MINE", "made-up")
    stack.store("alice", "OURS", "made-up", scope="shared")
    mine, ours = secret_row(stack, "MINE"), secret_row(stack, "OURS", "shared")
    planted = {**mine, "pk": ours["pk"], "scope": ours["scope"]}
    put(stack, planted)
    assert_refused(stack, "bob")
    stack.aws("dynamodb").delete_item(TableName=stack.table_name, Key={"pk": planted["pk"], "sk": planted["sk"]})
    assert stack.boot("bob") == {"OURS": "made-up"}


def test_a_changed_scope_key_is_refused_before_anything_is_sealed_to_it(stack: Stack) -> None:
    stack.store("alice", "A", "made-up")
    pk = secret_row(stack, "A")["pk"]
    key = next(row for row in stack.rows() if row["pk"] == pk and row["sk"]["S"].startswith("KEY#"))
    put(stack, {**key, "public_key": {"B": flipped(key["public_key"]["B"])}})
    created = stack.call("alice", "POST", "/v1/secrets", {"name": "B", "scope": "private", "value": "made-up"})
    handed_out = stack.call("alice", "GET", "/v1/scopes/private/public-key?name=B")
    put(stack, key)
    assert (created.status, created.code) == (500, "integrity_error")
    assert (handed_out.status, handed_out.code) == (500, "integrity_error")
    assert stack.boot() == {"A": "made-up"}
