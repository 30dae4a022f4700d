"""Refusing answers of AWS that are not whole.

To botocore's parser a body that is no JSON is an answer without any field: a cut answer to GetItem would read as "there
is no such item", and a boot would go on without it. Here it is an error like any other answer that did not arrive.
"""

from typing import Any, Final

import msgspec
from botocore.parsers import ResponseParserError

NEEDED: Final = {
    "Query": "Items",
    "BatchGetItem": "Responses",
    "UpdateItem": "Attributes",
    "Sign": "Signature",
    "GetPublicKey": "PublicKey",
    "Encrypt": "CiphertextBlob",
    "Decrypt": "Plaintext",
}
"""The field without which an answer says nothing, by operation."""

_EVENT: Final = "before-parse"
_READ_ELSEWHERE: Final = ("Query",)
_DECODER: Final = msgspec.json.Decoder()


def install(client: Any) -> Any:
    """Let `client` check its answers from now on; returns it."""
    client.meta.events.register_first(_EVENT, _check, unique_id="bootseal-whole-answers")
    return client


def decoded(body: bytes, operation: str) -> dict[str, Any]:
    """The JSON object of a good answer's body. Raises `ResponseParserError`, which quotes nothing of it."""
    try:
        answer = _DECODER.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        answer = None
    if not isinstance(answer, dict) or NEEDED.get(operation, "") not in (*answer, ""):
        raise ResponseParserError(f"the answer to {operation} is not whole")
    return answer


def _check(response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
    # Query's answers are decoded once, where they are read (`quick_items`).
    if response_dict["status_code"] == 200 and operation_model.name not in _READ_ELSEWHERE:
        decoded(response_dict["body"], operation_model.name)
