"""An answer of AWS that is not whole is an error, never an answer that says "nothing there"."""

import pytest
from botocore.parsers import ResponseParserError

from bootseal.adapters.whole_answers import NEEDED, decoded


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_an_answer_that_needs_no_field_may_be_empty(body: bytes) -> None:
    assert decoded(body, "PutItem") == {}
    assert decoded(body, "GetItem") == {}


@pytest.mark.parametrize("operation", NEEDED)
def test_an_answer_without_its_field_is_refused(operation: str) -> None:
    assert decoded(b'{"%s": 1}' % NEEDED[operation].encode(), operation)
    for body in (b"", b"{}", b'{"message": "x"}'):
        with pytest.raises(ResponseParserError):
            decoded(body, operation)


@pytest.mark.parametrize("body", [b"<html>canary</html>", b'{"Item": {"a', b"[]", b"null", b'"x"', b"\xff", b"7"])
@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "Query", "Decrypt"])
def test_what_is_no_json_object_is_refused_and_not_quoted(body: bytes, operation: str) -> None:
    with pytest.raises(ResponseParserError) as refused:
        decoded(body, operation)
    assert "canary" not in str(refused.value)
