"""What AWS does, the emulator leaves out, and Bootseal relies on; so that one template serves both.

- Condition keys of IAM policies: `kms:EncryptionContext:<key>`, `kms:EncryptionContextKeys`, `dynamodb:LeadingKeys`
  and `dynamodb:Attributes`. Without them "only in Bootseal's context", "only rows of boot tokens" and "only a scope's
  checksum" would be read and not enforced.
- The gateway responses, and the methods called "any", of a REST API's OpenAPI body.
- A function that raises goes on living: its next call is a warm one. (The emulator ends its process, so that every
  refused token would make the authorizer start anew.)

The emulator's version is pinned in uv.lock. tests/e2e/test_least_privilege.py and test_gateway.py fail where one of
these stops working.
"""

import json
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

PARTITION_KEY = "pk"
_EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")
_TRANSACTION_MEMBERS = ("ConditionCheck", "Delete", "Get", "Put", "Update")
_WORD = re.compile(r"[#:]?[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]*\s*\()")
_CLAUSES = frozenset({"SET", "ADD", "REMOVE", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"})
_item_keys: ContextVar[Iterator[dict[str, Any]]] = ContextVar("item_keys")


def install() -> None:
    """Teach the emulator all of it."""
    add_request_condition_keys()
    add_transaction_condition_keys()
    add_gateway_responses()
    keep_workers_that_raised()


def kms_condition_keys(body: bytes) -> dict[str, Any]:
    """The condition keys a KMS request carries: one per entry of its encryption context, and the list of their names.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    context = _document(body).get("EncryptionContext")
    if not isinstance(context, dict) or not context:
        return {}
    keys: dict[str, Any] = {f"kms:EncryptionContext:{key}": str(value) for key, value in context.items()}
    return keys | {"kms:EncryptionContextKeys": [str(key) for key in context]}


def dynamodb_condition_keys(body: bytes) -> dict[str, Any]:
    """The partition key values that a request names and, of an update, its attributes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    return item_condition_keys(_document(body))


def item_condition_keys(request: dict[str, Any]) -> dict[str, Any]:
    """The condition keys of one request, or of one item of a transaction."""
    found = {"dynamodb:LeadingKeys": leading_keys(request), "dynamodb:Attributes": updated_attributes(request)}
    return {name: values for name, values in found.items() if values}


def updated_attributes(request: dict[str, Any]) -> list[str]:
    """The attributes an update names: those of its key, and those of its expressions. Of other requests none."""
    if "UpdateExpression" not in request:
        return []
    text = f"{request['UpdateExpression']} {request.get('ConditionExpression', '')}"
    words = {word for word in _WORD.findall(text) if word.upper() not in _CLAUSES and not word.startswith(":")}
    names = request.get("ExpressionAttributeNames") or {}
    return sorted({*request.get("Key", {}), *(names.get(word, word) for word in words)})


def leading_keys(request: dict[str, Any]) -> list[str]:
    """The partition key values of one request, or of one item of a transaction."""
    batches = request.get("RequestItems")
    if isinstance(batches, dict):
        asked = [key for batch in batches.values() if isinstance(batch, dict) for key in batch.get("Keys", [])]
        return [value for key in asked for value in key.get(PARTITION_KEY, {}).values()]
    item = request.get("Key") or request.get("Item")
    if isinstance(item, dict):
        return list(item.get(PARTITION_KEY, {}).values())
    found = _EQUALITY.search(request.get("KeyConditionExpression", ""))
    if found is None:
        return []
    return list(request.get("ExpressionAttributeValues", {}).get(found.group(2), {}).values())


_REQUEST_KEYS = {"kms": kms_condition_keys, "dynamodb": dynamodb_condition_keys}


def add_request_condition_keys() -> None:
    """Let the policy evaluator see what a KMS or DynamoDB request names."""
    from ministack.core import iam_actions

    original = iam_actions.request_tag_context

    def with_service_keys(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        keys = original(service, iam_action, body, params)
        more = _REQUEST_KEYS.get(service)
        return keys | more(body) if more else keys

    iam_actions.request_tag_context = with_service_keys


def add_transaction_condition_keys() -> None:
    """Let the policy evaluator see each item's own partition key: it asks about a transaction's items one by one."""
    from ministack.core import iam_actions, iam_evaluator

    original_checks, original_enforce = iam_actions.dynamodb_transaction_checks, iam_evaluator.enforce

    def checks(iam_action: str, body: bytes, region: str, account_id: str) -> Any:
        _item_keys.set(iter(_transaction_keys(body)))
        return original_checks(iam_action, body, region, account_id)

    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(service_context or {})
        if "dynamodb:EnclosingOperation" in context:
            context.update(next(_item_keys.get()))
        return original_enforce(access_key_id, iam_action, service, region, resource_arn, context)

    iam_actions.dynamodb_transaction_checks = checks
    iam_evaluator.enforce = enforce


def _transaction_keys(body: bytes) -> list[dict[str, Any]]:
    """Per item of a transaction, in the emulator's order: item by item, and in an item by the name of what it does."""
    items = _document(body).get("TransactItems")
    return [
        item_condition_keys(item[member])
        for item in (items if isinstance(items, list) else [])
        for member in _TRANSACTION_MEMBERS
        if member in item
    ]


def add_gateway_responses() -> None:
    """Import the gateway responses of an OpenAPI body, as CloudFormation's PutRestApi does."""
    from ministack.services import apigateway_v1

    apigateway_v1._OPENAPI_HTTP_METHODS = frozenset({*apigateway_v1._OPENAPI_HTTP_METHODS, "any"})
    original = apigateway_v1._import_rest_api

    def with_responses(spec: dict[str, Any], base_data: dict[str, Any] | None = None) -> str:
        api_id: str = original(_with_any_methods(spec), base_data)
        for response_type, response in (spec.get("x-amazon-apigateway-gateway-responses") or {}).items():
            status, _, answer = apigateway_v1._put_gateway_response(api_id, response_type, response)
            if status >= 400:
                raise ValueError(f"gateway response {response_type}: {answer!r}")
        return api_id

    apigateway_v1._import_rest_api = with_responses


_RAISED = """_real_stdout.write(json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()})"""
_KEPT = (
    """_real_stdout.write(json.dumps({"status": "ok", "raised": {"error": str(e), "trace": traceback.format_exc()}})"""
)


def keep_workers_that_raised() -> None:
    """Have a worker report what its handler raised as an outcome among others, and tell the emulator afterwards."""
    from ministack.core import lambda_runtime

    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_RAISED) != 1:
        raise RuntimeError("the emulator's worker has changed; mend keep_workers_that_raised()")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_RAISED, _KEPT)
    original = lambda_runtime.Worker.invoke

    def invoke(self: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        outcome: dict[str, Any] = original(self, *arguments, **options)
        raised = outcome.pop("raised", None)
        return outcome | {"status": "error", **raised} if raised else outcome

    lambda_runtime.Worker.invoke = invoke


def _with_any_methods(spec: dict[str, Any]) -> dict[str, Any]:
    """The document with API Gateway's own name for "any method" turned into the one the importer will take."""
    any_method = "x-amazon-apigateway-any-method"
    paths = {
        path: {("any" if key == any_method else key): operation for key, operation in item.items()}
        for path, item in (spec.get("paths") or {}).items()
    }
    return {**spec, "paths": paths}


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
