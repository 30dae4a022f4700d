"""One mapper from AWS's errors to ours. Nothing else in the product looks at a botocore exception."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bootseal.errors import BootsealError, IntegrityError, PayloadTooLarge, Throttled, Unavailable

THROTTLES: Final = frozenset(
    {
        "ThrottlingException",
        "ThrottlingError",
        "Throttling",
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "LimitExceededException",
        "TooManyRequestsException",
        "RequestThrottled",
        "RequestThrottledException",
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
        "SlowDown",
        "TransactionInProgressException",
        "TransactionInProgress",
    }
)
"""Codes with which AWS asks to slow down (common errors of the DynamoDB and KMS API references)."""

_TAMPERED: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_TOO_LARGE: Final = frozenset({"ItemCollectionSizeLimitExceededException"})


def error_code(error: ClientError) -> str:
    """AWS's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def cancellation_codes(error: ClientError) -> list[str]:
    """Per item of a cancelled transaction, why: `None`, `ConditionalCheckFailed`, `TransactionConflict`, ..."""
    reasons: list[Any] = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code", "None")) for reason in reasons]


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise our errors for AWS's. `what` names the part in plain words; AWS's own text is never passed on."""
    try:
        yield
    except ClientError as error:
        raise _ours(error, what) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise Unavailable(f"{what} did not answer; try again in a moment.") from error


def _ours(error: ClientError, what: str) -> BootsealError:
    code = error_code(error)
    codes = {code, *cancellation_codes(error)}
    if codes & THROTTLES:
        return Throttled(f"{what} asks to slow down; try again in a moment.")
    if code in _TAMPERED:
        return IntegrityError(f"{what} refuses what is stored: it was changed or moved")
    if code in _TOO_LARGE:
        return PayloadTooLarge(f"{what} cannot hold that much.")
    return Unavailable(f"{what} refused the call ({code or 'no code'}); an operator should look at the logs.")
