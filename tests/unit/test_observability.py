"""Logs say what happened and hold nothing they should not, at any level."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bootseal import observability
from bootseal.errors import TokenUsed
from support.logs import logged


def test_a_line_is_one_json_object_with_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with logged() as log:
        observability.begin("r-1", None)
        observability.failed(TokenUsed("a detail for the caller"))
    line = json.loads(log.getvalue())
    assert (line["request_id"], line["code"], line["message"]) == ("r-1", "token_used", "refused")
    assert "a detail" not in log.getvalue()


@pytest.fixture
def root_at_debug() -> Iterator[io.StringIO]:
    """A root logger that prints everything, as a runtime set to DEBUG has it."""
    root, text = logging.getLogger(), io.StringIO()
    handler, before = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(before)
    root.removeHandler(handler)


def test_the_sdks_own_debug_logging_stays_out_even_at_debug(root_at_debug: io.StringIO) -> None:
    observability.logger.cache_clear()
    observability.logger()
    for name in ("botocore.endpoint", "botocore.parsers", "boto3.resources", "urllib3.connectionpool", "botocore"):
        logging.getLogger(name).debug("request body with %s", "sk-made-up-canary")
    assert "canary" not in root_at_debug.getvalue()


def test_a_metric_is_one_embedded_line_without_more_than_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    observability.count("TokenReuse")
    line = json.loads(capsys.readouterr().out)
    assert line["TokenReuse"] == [1.0]
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Bootseal"
