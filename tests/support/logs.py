"""What the functions log, caught."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bootseal import observability


@contextmanager
def logged(level: int = logging.DEBUG) -> Iterator[io.StringIO]:
    """Everything the functions' logger writes meanwhile, in the form it is written."""
    logger = observability.logger()
    handler = next(h for h in logger._logger.handlers if isinstance(h, logging.StreamHandler))
    text, before, level_before = io.StringIO(), handler.setStream, logger.log_level
    old = before(text)
    logger.setLevel(level)
    try:
        yield text
    finally:
        logger.setLevel(level_before)
        if old is not None:
            handler.setStream(old)
