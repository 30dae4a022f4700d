"""Ways for an AWS call to go wrong, in the forms that DynamoDB, KMS and the network have for them."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

Do = Callable[[str, Any], AWSResponse | None]


_NAMESPACES = {
    "AccessDeniedException": "com.amazon.coral.service#",
    "ThrottlingException": "com.amazon.coral.availability#",
}
"""Of DynamoDB's errors that are common to services; its own are in its API's. KMS names its errors plainly."""


def _error(event: str, request: Any, status: int, code: str, **more: Any) -> AWSResponse:
    """An error in the service's own form, which botocore's parser takes apart at `#`."""
    namespace = _NAMESPACES.get(code, "com.amazonaws.dynamodb.v20120810#") if _of_dynamodb(event) else ""
    body = {"__type": namespace + code, "message": "made up by a test", **more}
    return _answer(request, status, json.dumps(body).encode())


def _of_dynamodb(event: str) -> bool:
    return ".dynamodb." in event


def _answer(request: Any, status: int, body: bytes) -> AWSResponse:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "made-up"}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]


_ONE_AT_A_TIME = threading.Lock()
_done: dict[str, bytes] = {}


def carried_out(event: str, request: Any) -> AWSResponse:
    """The mocked account's answer. A transaction sent again is answered and not repeated, as DynamoDB does."""
    token = _transaction_token(event, request)
    if token in _done:
        return _answer(request, 200, _done[token])
    with _ONE_AT_A_TIME:  # moto copies its tables for a transaction and minds them changing meanwhile
        answer = botocore_stubber(event, request)
    assert answer is not None
    if token and answer.status_code == 200:
        _done[token] = answer.content
    return answer


def _transaction_token(event: str, request: Any) -> str:
    if not event.endswith("TransactWriteItems"):
        return ""
    return str(json.loads(request.body).get("ClientRequestToken", ""))


def _throttled(event: str, request: Any) -> AWSResponse:
    kind = "ProvisionedThroughputExceededException" if _of_dynamodb(event) else "ThrottlingException"
    return _error(event, request, 400, kind)


def _cancelled(event: str, request: Any, reason: str) -> AWSResponse:
    """A transaction called off for the sake of its last item."""
    reasons = [{"Code": "None"} for _ in json.loads(request.body)["TransactItems"]]
    reasons[-1] = {"Code": reason, "Message": "made up by a test"}
    return _error(event, request, 400, "TransactionCanceledException", CancellationReasons=reasons)


def _item_throttled(event: str, request: Any) -> AWSResponse:
    return _cancelled(event, request, "ThrottlingError")


def _in_conflict(event: str, request: Any) -> AWSResponse:
    return _cancelled(event, request, "TransactionConflict")


def _denied(event: str, request: Any) -> AWSResponse:
    return _error(event, request, 400, "AccessDeniedException")


def _failed(event: str, request: Any) -> AWSResponse:
    return _error(event, request, 500, "InternalServerError" if _of_dynamodb(event) else "KMSInternalException")


def _disabled_key(event: str, request: Any) -> AWSResponse:
    return _error(event, request, 400, "DisabledException")


def _in_part(event: str, request: Any) -> AWSResponse:
    """Half of a batch, and the rest named as not done."""
    asked = json.loads(request.body)["RequestItems"]
    left = {name: {**wanted, "Keys": wanted["Keys"][: len(wanted["Keys"]) // 2]} for name, wanted in asked.items()}
    done = {name: {**wanted, "Keys": wanted["Keys"][len(wanted["Keys"]) // 2 :]} for name, wanted in asked.items()}
    request.body = json.dumps({"RequestItems": done}).encode()
    answer = json.loads(carried_out(event, request).content)
    answer["UnprocessedKeys"] = {name: wanted for name, wanted in left.items() if wanted["Keys"]}
    return _answer(request, 200, json.dumps(answer).encode())


def _dropped_before(_: str, request: Any) -> AWSResponse:
    raise ConnectionClosedError(endpoint_url=request.url)


def _timed_out(_: str, request: Any) -> AWSResponse:
    raise ReadTimeoutError(endpoint_url=request.url)


def _dropped_after(event: str, request: Any) -> AWSResponse:
    carried_out(event, request)
    raise ConnectionClosedError(endpoint_url=request.url)


def _cut_short(event: str, request: Any) -> AWSResponse:
    whole = carried_out(event, request).content
    return _answer(request, 200, whole[: len(whole) // 2])


def _in_small_pages(event: str, request: Any) -> AWSResponse:
    asked = json.loads(request.body)
    request.body = json.dumps({**asked, "Limit": 1}).encode()
    return carried_out(event, request)


@dataclass(frozen=True)
class Fault:
    """One way for a call to go wrong: `always` for every try of the SDK, or for the first one only."""

    name: str
    do: Do
    always: bool = True
    only: tuple[str, ...] = ()

    def fits(self, operation: str) -> bool:
        return not self.only or operation in self.only


_KMS = ("Sign", "GetPublicKey", "Encrypt", "Decrypt")
FAULTS = (
    Fault("throttled", _throttled),
    Fault("throttled for one item", _item_throttled, only=("TransactWriteItems",)),
    Fault("in conflict, once", _in_conflict, only=("TransactWriteItems",)),
    Fault("denied", _denied),
    Fault("failed inside", _failed),
    Fault("timed out", _timed_out),
    Fault("dropped before, once", _dropped_before, always=False),
    Fault("dropped after, once", _dropped_after, always=False),
    Fault("dropped after", _dropped_after),
    Fault("cut short after", _cut_short),
    Fault("key disabled", _disabled_key, only=_KMS),
    Fault("small pages", _in_small_pages, only=("Query",)),
    Fault("batch in part", _in_part, only=("BatchGetItem",)),
)
