"""The quick reader of Query answers gives what botocore's own parser gives."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from bootseal.adapters.quick_items import install
from support.aws import CREDENTIALS, TABLE, create_table

ITEM: dict[str, Any] = {
    "pk": {"S": "P"},
    "sk": {"S": "S"},
    "text": {"S": 'quotes " and \\ and \u2026 and \U0001f511'},
    "number": {"N": "12345678901234567890"},
    "binary": {"B": bytes(range(256))},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "a"}, {"N": "1"}]},
    "map": {"M": {"key": {"S": "value"}}},
}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_table()
        yield boto3.client("dynamodb"), install(boto3.client("dynamodb"))


def query(client: Any, **options: Any) -> Any:
    return client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "P"}},
        **options,
    )


def test_every_attribute_type_our_rows_use_reads_the_same(clients: Any) -> None:
    plain, quick = clients
    plain.put_item(TableName=TABLE, Item=ITEM)
    assert query(quick)["Items"] == query(plain)["Items"] == [ITEM]


def test_the_place_to_go_on_from_reads_the_same(clients: Any) -> None:
    plain, quick = clients
    for number in range(3):
        plain.put_item(TableName=TABLE, Item={"pk": {"S": "P"}, "sk": {"S": str(number)}})
    first = query(quick, Limit=1)
    assert first["LastEvaluatedKey"] == query(plain, Limit=1)["LastEvaluatedKey"]
    assert query(quick, ExclusiveStartKey=first["LastEvaluatedKey"])["Count"] == 2


def test_an_error_is_still_botocores(clients: Any) -> None:
    _, quick = clients
    with pytest.raises(quick.exceptions.ResourceNotFoundException):
        quick.query(
            TableName="absent", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "P"}}
        )
