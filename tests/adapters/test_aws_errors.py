"""Every error of AWS and of its SDK becomes one of ours, and none of its words come through."""

import string
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bootseal.adapters.aws_errors import THROTTLES, translated
from bootseal.errors import BootsealError, IntegrityError, PayloadTooLarge, Throttled, Unavailable
from bootseal.http import status_of

CANARY = "AWS text with a made-up ARN"
USED = {
    "dynamodb": ("GetItem", "PutItem", "UpdateItem", "Query", "TransactWriteItems", "TransactGetItems", "BatchGetItem"),
    "kms": ("Sign", "GetPublicKey", "Encrypt", "Decrypt"),
}
COMMON = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InternalServerError",
    "InvalidClientTokenId",
    "MalformedHttpRequestException",
    "NotAuthorized",
    "OptInRequired",
    "RequestAbortedException",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationException",
    "ValidationError",
    "MissingAuthenticationToken",
]


@cache
def codes() -> list[str]:
    """Every error the operations we use declare, the common ones, and those that mean to slow down."""
    session = botocore.session.get_session()
    found = {*COMMON, *THROTTLES, "", "SomethingNobodyHasHeardOf"}
    for service, operations in USED.items():
        model = session.get_service_model(service)
        for operation in operations:
            found |= {shape.name for shape in model.operation_model(operation).error_shapes}
    return sorted(found)


def client_error(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": CANARY}, **more}, "Operation")  # type: ignore[typeddict-item]


def ours(error: Exception) -> BootsealError:
    with pytest.raises(BootsealError) as raised, translated("The table"):
        raise error
    return raised.value


@pytest.mark.parametrize("code", codes())
def test_every_code_of_every_call_we_make_is_mapped(code: str) -> None:
    error = ours(client_error(code))
    assert status_of(error) in (413, 429, 500, 503)
    assert CANARY not in str(error)
    assert isinstance(error, Throttled) == (code in THROTTLES)


def sdk_errors(kind: type[BotoCoreError] = BotoCoreError) -> Iterator[type[BotoCoreError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from sdk_errors(child)


def test_an_answer_that_cannot_be_parsed_is_mapped() -> None:
    error = ours(ResponseParserError(CANARY))
    assert isinstance(error, Unavailable)
    assert CANARY not in str(error)


def made(kind: type[BotoCoreError]) -> BotoCoreError:
    fields = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    given = dict.fromkeys(fields, CANARY)
    if issubclass(kind, exceptions.HTTPClientError):
        given["error"] = CANARY
    if issubclass(kind, exceptions.WaiterError):
        given["last_response"] = CANARY
    return kind(**given)


@pytest.mark.parametrize(
    "kind",
    # botocore's own: which of boto3's are loaded besides depends on what else ran, and none comes from a client.
    sorted({k for k in sdk_errors() if k.__module__.startswith("botocore")}, key=lambda kind: kind.__name__),
    ids=lambda kind: kind.__name__,
)
def test_every_error_of_the_sdk_is_mapped(kind: type[BotoCoreError]) -> None:
    error = ours(made(kind))
    assert isinstance(error, Unavailable)
    assert CANARY not in str(error)


@pytest.mark.parametrize("code", sorted(THROTTLES))
def test_a_transaction_that_was_throttled_asks_to_slow_down(code: str) -> None:
    reasons = [{"Code": "None"}, {"Code": code, "Message": CANARY}]
    error = ours(client_error("TransactionCanceledException", CancellationReasons=reasons))
    assert isinstance(error, Throttled)


def test_what_kms_cannot_open_is_an_integrity_error_and_what_is_too_large_says_so() -> None:
    assert isinstance(ours(client_error("InvalidCiphertextException")), IntegrityError)
    assert isinstance(ours(client_error("IncorrectKeyException")), IntegrityError)
    assert isinstance(ours(client_error("ItemCollectionSizeLimitExceededException")), PayloadTooLarge)


def test_what_is_not_an_error_of_aws_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), translated("The table"):
        raise ZeroDivisionError
