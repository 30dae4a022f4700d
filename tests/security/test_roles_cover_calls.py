"""Every AWS call a function makes is one that its role in the template allows: the mocked account would not mind."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support.aws import running
from support.calls import call, inject, issue
from support.fault_scenarios import ONE, SCENARIOS, Prepared, prepare
from support.faults import Account, Wire, forget_all_but_clients, wired
from support.privileges import may_use_key
from support.template import may

_WRITES = {"Put": "Item", "Delete": "Key", "Update": "Key", "ConditionCheck": "Key"}


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Wire, Account, Prepared]]:
    """One account for all functions; its rows are put back before each."""
    with wired() as wire, running():
        ready = prepare()
        yield wire, Account(), ready


Need = tuple[str, str, tuple[str, ...]]


def needed(operation: str, body: dict[str, Any]) -> Iterator[Need]:
    """The actions a request needs, each with the partition it touches and, of an update, the attributes it names.

    A transaction needs those of its parts.
    """
    if operation == "TransactWriteItems":
        for part in body["TransactItems"]:
            ((kind, asked),) = part.items()
            action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
            yield f"dynamodb:{action}", asked[_WRITES[kind]]["pk"]["S"], _named(asked)
    elif operation == "BatchGetItem":
        for asked in body["RequestItems"].values():
            yield from (("dynamodb:BatchGetItem", key["pk"]["S"], ()) for key in asked["Keys"])
    elif operation == "Query":
        if "IndexName" not in body:
            yield "dynamodb:Query", body["ExpressionAttributeValues"][":pk"]["S"], ()
    elif "Item" in operation:
        yield f"dynamodb:{operation}", (body.get("Key") or body["Item"])["pk"]["S"], _named(body)


def _named(asked: dict[str, Any]) -> tuple[str, ...]:
    """The attributes an update names: those of the key, and the lower-case words of what it does."""
    expression = asked.get("UpdateExpression", "")
    words = [word for word in re.findall(r"[:#]?\w+", expression) if word[0] not in ":#" and not word.isupper()]
    return (*asked["Key"], *words) if expression else ()


def refused(function: str, wire: Wire) -> set[Need]:
    found: set[Need] = set()
    for operation, body in wire.bodies:
        if operation in ("Sign", "GetPublicKey", "Encrypt", "Decrypt"):
            if not may_use_key(function, f"kms:{operation}"):
                found.add((operation, "", ()))
        else:
            found |= {need for need in needed(operation, body) if not may(function, *need)}
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_role_covers_every_call_of_its_function(lab: tuple[Wire, Account, Prepared], name: str) -> None:
    wire, rows, ready = lab
    rows.put_back()
    forget_all_but_clients()
    wire.begin()
    assert SCENARIOS[name](ready).status < 300
    assert wire.bodies
    assert refused(name.split(",", maxsplit=1)[0], wire) == set()


def test_the_role_of_a_boot_covers_what_a_retry_reads(lab: tuple[Wire, Account, Prepared]) -> None:
    wire, rows, ready = lab
    rows.put_back()
    forget_all_but_clients()
    key = base64.b64encode(ready.vm[1]).decode()
    assert inject(issue()).status == 200  # Stores the lists, so that the next receipt only names them.
    assert inject(ready.token, public_key=key).status == 200
    assert call("update_secret", path=ONE, body={"value": "made-up"}).status == 200
    forget_all_but_clients()
    wire.begin()
    assert inject(ready.token, public_key=key).status == 200
    assert "BatchGetItem" in {operation for operation, _ in wire.bodies}
    assert refused("boot_inject", wire) == set()
