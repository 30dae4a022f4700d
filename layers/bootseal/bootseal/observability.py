"""Logs and metrics. Structured, value-free: no bodies, no headers, no exception messages from below."""

import logging
import os
import time
import traceback
from functools import cache
from typing import TYPE_CHECKING, Any

from bootseal.errors import BootsealError

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_CHATTY = ("boto3", "botocore", "s3transfer", "urllib3")

_started: list[float] = [0.0]


@cache
def logger() -> "Logger":
    """The one logger. `LOG_LEVEL` sets its level; event logging stays off, since events hold values."""
    from aws_lambda_powertools import Logger

    quieten()
    return Logger(service="bootseal", log_uncaught_exceptions=False)


def quieten() -> None:
    """Keep the SDK's own debug logging out whatever the root logger's level: it prints requests and answers whole,
    and those hold wrapped and unwrapped scope keys."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.INFO)


def begin(request_id: str, context: Any) -> None:
    """Note the start of a request."""
    _started[0] = time.monotonic()
    logger().append_keys(request_id=request_id, function=getattr(context, "function_name", ""))


def failed(error: BootsealError) -> None:
    """Note an error the caller is told about. Details stay out: they are for the caller."""
    logger().warning("refused", extra={"code": error.code, "seconds": _elapsed()})


def crashed(error: BaseException) -> None:
    """Note a bug: the error's type and where it was raised. Its message may hold what it choked on, so it stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    logger().error("crashed", extra={"error": type(error).__name__, "where": where, "seconds": _elapsed()})


def unrecorded(action: str, outcome: str, error: str) -> None:
    """Note an audit entry that could not be stored: the log and the metric `AuditLost` are all that is left of it."""
    logger().error("audit entry lost", extra={"action": action, "outcome": outcome, "error": error})
    count("AuditLost")


def info(message: str, **facts: str | int | float) -> None:
    """Note something that went as it should."""
    logger().info(message, extra={**facts, "seconds": _elapsed()})


def count(metric: str) -> None:
    """Add one to a metric of namespace Bootseal, in CloudWatch's embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=metric, unit=MetricUnit.Count, value=1, namespace="Bootseal") as single:
        single.add_dimension(name="stage", value=os.environ.get("STAGE", "local"))


def _elapsed() -> float:
    return round(time.monotonic() - _started[0], 4)
