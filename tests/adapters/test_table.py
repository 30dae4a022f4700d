"""The table: pages followed to the end, transactions that meet another, conditions and what lay there."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError

from bootseal.adapters import table as table_module
from bootseal.adapters.rows import secret_from, secret_item
from bootseal.adapters.table import ConditionFailedError, Table
from bootseal.errors import IntegrityError, Throttled
from support.aws import CREDENTIALS, TABLE, account
from vectors import make


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        with account():
            yield Table(boto3.client("dynamodb"), TABLE)


def item(pk: str, sk: str, **attributes: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}


NEW = "attribute_not_exists(pk)"


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_query_follows_every_page_to_the_end(table: Table, limit: int) -> None:
    for number in range(7):
        table.put(item("pages", f"{number}"))
    found = table.query("pk = :pk", {":pk": {"S": "pages"}}, Limit=limit)
    assert [row["sk"]["S"] for row in found] == [f"{number}" for number in range(7)]


def test_a_failed_condition_says_what_lay_there(table: Table) -> None:
    table.put(item("one", "row", colour={"S": "red"}))
    with pytest.raises(ConditionFailedError) as failed:
        table.update(item("one", "row"), "SET colour = :c", "colour = :w", {":c": {"S": "x"}, ":w": {"S": "blue"}})
    assert failed.value.item is not None
    assert failed.value.item["colour"] == {"S": "red"}
    with pytest.raises(ConditionFailedError):
        table.put(item("one", "row"), NEW)


def test_an_update_gives_the_row_as_it_is_then(table: Table) -> None:
    table.put(item("two", "row", n={"N": "1"}))
    after = table.update(item("two", "row"), "SET n = :n", "n = :was", {":n": {"N": "2"}, ":was": {"N": "1"}})
    assert after["n"] == {"N": "2"}


def test_a_transaction_whose_condition_fails_changes_nothing_and_says_which(table: Table) -> None:
    table.put(item("three", "there"))
    with pytest.raises(ConditionFailedError) as failed:
        table.transact([table.put_op(item("three", "new"), NEW), table.put_op(item("three", "there"), NEW)])
    assert failed.value.index == 1
    assert table.get(item("three", "new")) is None


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def scripted(*outcomes: Any) -> Table:
    client = mock.Mock()
    client.transact_write_items.side_effect = outcomes
    return Table(client, TABLE)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with mock.patch.object(table_module.time, "sleep"):
        yield


def test_a_transaction_that_meets_another_is_tried_again_until_it_is_known_whether_it_holds() -> None:
    conflict = cancelled("None", "TransactionConflict")
    scripted(conflict, conflict, {}).transact([])
    with pytest.raises(ConditionFailedError):
        scripted(conflict, cancelled("ConditionalCheckFailed", "None")).transact([])
    with pytest.raises(Throttled):
        scripted(*[conflict] * 50).transact([])


def test_every_try_of_a_transaction_carries_the_same_token_and_another_transaction_another() -> None:
    conflict = cancelled("None", "TransactionConflict")
    table = scripted(conflict, conflict, {}, {})
    table.transact([])
    table.transact([])
    tokens = [sent.kwargs["ClientRequestToken"] for sent in table.client.transact_write_items.call_args_list]
    assert len(set(tokens[:3])) == 1
    assert tokens[3] != tokens[0]


def test_a_conflict_beside_a_failed_condition_is_a_failed_condition() -> None:
    with pytest.raises(ConditionFailedError) as failed:
        scripted(cancelled("TransactionConflict", "ConditionalCheckFailed")).transact([])
    assert failed.value.index == 1


@pytest.mark.parametrize(
    "code",
    ["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "TransactionInProgressException"],
)
def test_a_throttled_transaction_asks_to_slow_down(code: str) -> None:
    with pytest.raises(Throttled):
        scripted(cancelled("None", code)).transact([])


def test_a_secrets_row_comes_back_and_only_from_its_own_key() -> None:
    secret = make.secret()
    row = secret_item(secret)
    assert secret_from(row, secret.org, secret.scope) == secret
    assert secret_from({**row, "more": {"S": "x"}}, secret.org, secret.scope) == secret
    for sk in ("SECRET#", "SECRET#openai_api_key", "SECRET#OPENAI_API_KEY#x", "VERSION#OPENAI_API_KEY#x", "KEY#x", ""):
        with pytest.raises(IntegrityError):
            secret_from({**row, "sk": {"S": sk}}, secret.org, secret.scope)
    for name in row.keys() - {"pk", "sk", "ciphertext"}:
        with pytest.raises(IntegrityError):
            secret_from({key: value for key, value in row.items() if key != name}, secret.org, secret.scope)
        with pytest.raises(IntegrityError):
            secret_from({**row, name: {"M": {}}}, secret.org, secret.scope)
