"""The table: following pages, transactions that may meet another, and conditional writes. No row shapes here."""

import random
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bootseal.adapters.aws_errors import cancellation_codes, error_code, translated
from bootseal.adapters.rows import Item
from bootseal.errors import Throttled
from bootseal.timeline import Span

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONFLICT_TRIES: Final = 12
_CONFLICT_WAIT_SECONDS: Final = 0.02
_BATCH_MAX: Final = 100
"""Most keys of one BatchGetItem (DynamoDB API reference)."""
_BATCH_TRIES: Final = 6
_WHAT: Final = "The table"


class ConditionFailedError(Exception):
    """A write's condition did not hold. `index` says which item's, `item` is what lay there, where DynamoDB told."""

    def __init__(self, index: int = 0, item: Item | None = None) -> None:
        super().__init__(f"condition {index} failed")
        self.index = index
        self.item = item


@dataclass(frozen=True, slots=True)
class Table:
    """One DynamoDB table."""

    client: "DynamoDBClient"
    name: str

    def get(self, key: Item, **options: Any) -> Item | None:
        """One item, strongly consistent; None where there is none."""
        with translated(_WHAT):
            asked: Any = {"ConsistentRead": True, **options}
            return self.client.get_item(TableName=self.name, Key=dict(key), **asked).get("Item")

    def get_many(self, keys: Sequence[Item], *, consistent: bool = True) -> dict[tuple[str, str], Item]:
        """The items that lie at `keys`, by pk and sk. A part that DynamoDB leaves out is asked for again."""
        distinct = {_place(key): key for key in keys}
        ordered = list(distinct.values())
        pages = [ordered[start : start + _BATCH_MAX] for start in range(0, len(ordered), _BATCH_MAX)]
        return {_place(item): item for page in pages for item in self._batch(page, consistent)}

    def _batch(self, keys: Sequence[Item], consistent: bool) -> Iterator[Item]:
        asked: Any = {self.name: {"Keys": list(keys), "ConsistentRead": consistent}}
        for attempt in range(_BATCH_TRIES):
            with translated(_WHAT):
                answer = self.client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(self.name, [])
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return
            time.sleep(random.uniform(0, _CONFLICT_WAIT_SECONDS * 2**attempt))  # noqa: S311 - jitter
        raise Throttled(f"{_WHAT} asks to slow down; try again in a moment.")

    def query(self, condition: str, values: Item, **options: Any) -> Iterator[Item]:
        """Every item that matches, page after page to the very end: never a silently shorter answer."""
        start: dict[str, Any] = {}
        while True:
            with translated(_WHAT):
                answer = self.client.query(
                    TableName=self.name,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=dict(values),
                    **options,
                    **start,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def newest_of(self, index: str, partition: str, span: Span, limit: int) -> tuple[Sequence[Item], str | None]:
        """Items of an index partition in `span`, newest first: one page, and its last position if more may follow."""
        with translated(_WHAT):
            answer = self.client.query(
                TableName=self.name,
                IndexName=index,
                KeyConditionExpression=f"{index}pk = :pk AND {index}sk BETWEEN :low AND :high",
                ExpressionAttributeValues={
                    ":pk": {"S": partition},
                    ":low": {"S": span.low},
                    ":high": {"S": span.high},
                },
                ScanIndexForward=False,
                Limit=limit,
            )
        last = answer.get("LastEvaluatedKey")
        return answer["Items"], last[f"{index}sk"]["S"] if last else None

    def newest_page(self, condition: str, values: Item, **options: Any) -> Sequence[Item]:
        """The last items in key order, last first: one page of at most 1 MB. For what may be incomplete."""
        with translated(_WHAT):
            answer = self.client.query(
                TableName=self.name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=dict(values),
                ScanIndexForward=False,
                **options,
            )
        return answer["Items"]

    def put(self, item: Item, condition: str | None = None) -> None:
        """Write one item. Raises `ConditionFailedError`."""
        options: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        with translated(_WHAT), _conditions():
            self.client.put_item(TableName=self.name, Item=dict(item), **options)

    def update(self, key: Item, update: str, condition: str, values: Item) -> Item:
        """Change one item and return it as it is then. Raises `ConditionFailedError` with what lay there."""
        with translated(_WHAT), _conditions():
            answer = self.client.update_item(
                TableName=self.name,
                Key=dict(key),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=dict(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        return answer["Attributes"]

    def put_op(self, item: Item, condition: str | None = None, **options: Any) -> dict[str, Any]:
        """A `Put` for `transact`."""
        checked = {"ConditionExpression": condition} if condition else {}
        return {"Put": {"TableName": self.name, "Item": item, **checked, **options}}

    def delete_op(self, key: Item, condition: str | None = None, **options: Any) -> dict[str, Any]:
        """A `Delete` for `transact`."""
        checked = {"ConditionExpression": condition} if condition else {}
        return {"Delete": {"TableName": self.name, "Key": key, **checked, **options}}

    def update_op(self, key: Item, update: str, condition: str | None, values: Item) -> dict[str, Any]:
        """An `Update` for `transact`. Without a condition it makes the item where there is none."""
        checked = {"ConditionExpression": condition} if condition else {}
        expression = {"UpdateExpression": update, "ExpressionAttributeValues": values}
        return {"Update": {"TableName": self.name, "Key": key, **expression, **checked}}

    def transact(self, operations: "Sequence[Any]") -> None:
        """Carry out all of `operations` or none (100 at most). Raises `ConditionFailedError`.

        Where another transaction has hold of an item, waits for it a little: only then is it known whether this one's
        condition still holds. Every try carries the same token, so that of a try whose answer was lost and the one
        that follows it only one can take effect (DynamoDB remembers a token for ten minutes once it took effect).
        """
        token = str(uuid.uuid4())
        for attempt in range(_CONFLICT_TRIES):
            try:
                with translated(_WHAT), _conditions():
                    self.client.transact_write_items(TransactItems=list(operations), ClientRequestToken=token)
            except _TransactionConflictError:
                time.sleep(random.uniform(0, _CONFLICT_WAIT_SECONDS * 2 ** min(attempt, 5)))  # noqa: S311 - jitter
            else:
                return
        raise Throttled("The same item is being changed by many requests right now; try again in a moment.")


def _place(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


class _TransactionConflictError(Exception):
    pass


class _conditions:  # noqa: N801 - reads as a statement in `with`
    """Raises `ConditionFailedError` for DynamoDB's two ways of saying so."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, ClientError):
            return
        if error_code(error) == "ConditionalCheckFailedException":
            found: Any = error.response.get("Item")
            raise ConditionFailedError(item=found) from None
        codes = cancellation_codes(error)
        if "ConditionalCheckFailed" in codes:
            raise ConditionFailedError(codes.index("ConditionalCheckFailed")) from None
        if "TransactionConflict" in codes or error_code(error) == "TransactionConflictException":
            raise _TransactionConflictError from None
