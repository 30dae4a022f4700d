"""Who may call what: real calls with each function's own role, refused by the IAM evaluator or let through."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.deployed import Stack

CONTEXT = {"app": "bootseal", "org": "acme", "scope": "shared", "key_id": "k000001"}
FUNCTIONS = (
    "authorize",
    "whoami",
    "create_secret",
    "list_secrets",
    "get_secret",
    "update_secret",
    "delete_secret",
    "get_public_key",
    "issue_boot_token",
    "boot_inject",
)
WRITERS = ("create_secret", "update_secret", "get_public_key")
MAY = {
    "kms:Encrypt": WRITERS,
    "kms:Decrypt": ("boot_inject",),
    "kms:Sign": WRITERS,
    "kms:GetPublicKey": (*WRITERS, "boot_inject"),
}
"""The table in the architecture's "who may call what", for the functions there are."""

SCOPE_ROW = {"pk": {"S": "ORG#acme#SCOPE#shared"}, "sk": {"S": "SECRET#PLANTED"}}
TOKEN_ROW = {"pk": {"S": "BOOT#0000"}, "sk": {"S": "TOKEN"}}
MAY_WRITE_SECRETS = ("create_secret", "update_secret", "get_public_key")
MAY_READ_SECRETS = (
    "create_secret",
    "update_secret",
    "get_public_key",
    "list_secrets",
    "get_secret",
    "delete_secret",
    "boot_inject",
)


def is_refused(call: Any, **arguments: Any) -> bool:
    """Say whether IAM refused the call; any other outcome is one the policy let through."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] == "AccessDeniedException"
    return False


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("action", MAY)
def test_a_role_uses_the_keys_exactly_as_the_table_says(stack: Stack, function: str, action: str) -> None:
    kms, root = stack.as_function(function, "kms"), stack.aws("kms")
    seal, sign = stack.facts["seal_key_arn"], stack.facts["signing_key_arn"]
    wrapped = root.encrypt(KeyId=seal, Plaintext=b"made-up", EncryptionContext=CONTEXT)["CiphertextBlob"]
    calls = {
        "kms:Encrypt": (kms.encrypt, {"KeyId": seal, "Plaintext": b"made-up", "EncryptionContext": CONTEXT}),
        "kms:Decrypt": (kms.decrypt, {"CiphertextBlob": wrapped, "EncryptionContext": CONTEXT}),
        "kms:Sign": (kms.sign, {"KeyId": sign, "Message": b"made-up", "SigningAlgorithm": "ECDSA_SHA_256"}),
        "kms:GetPublicKey": (kms.get_public_key, {"KeyId": sign}),
    }
    call, arguments = calls[action]
    assert is_refused(call, **arguments) == (function not in MAY[action])


@pytest.mark.parametrize("context", [{"app": "other"}, {"org": "acme"}, {}], ids=["other-app", "no-app", "none"])
def test_the_seal_key_does_nothing_outside_bootseals_context(stack: Stack, context: dict[str, str]) -> None:
    seal = stack.facts["seal_key_arn"]
    encrypt, decrypt = stack.as_function("create_secret", "kms"), stack.as_function("boot_inject", "kms")
    arguments = {"EncryptionContext": context} if context else {}
    wrapped = stack.aws("kms").encrypt(KeyId=seal, Plaintext=b"made-up", **arguments)["CiphertextBlob"]
    assert is_refused(encrypt.encrypt, KeyId=seal, Plaintext=b"made-up", **arguments)
    assert is_refused(decrypt.decrypt, CiphertextBlob=wrapped, **arguments)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_uses_the_keys_in_any_other_way(stack: Stack, function: str) -> None:
    kms, seal = stack.as_function(function, "kms"), stack.facts["seal_key_arn"]
    assert is_refused(kms.generate_data_key, KeyId=seal, KeySpec="AES_256", EncryptionContext=CONTEXT)
    assert is_refused(kms.describe_key, KeyId=seal)
    assert is_refused(kms.disable_key, KeyId=seal)
    assert is_refused(kms.put_key_policy, KeyId=seal, PolicyName="default", Policy="{}")
    assert is_refused(kms.schedule_key_deletion, KeyId=seal)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_roles_that_write_secrets_can_put_a_row_among_them(stack: Stack, function: str) -> None:
    table = stack.as_function(function, "dynamodb")
    item = {**SCOPE_ROW, "sk": {"S": "NOTE#least-privilege-test"}}
    refused = is_refused(table.put_item, TableName=stack.table_name, Item=item)
    stack.aws("dynamodb").delete_item(TableName=stack.table_name, Key=item)
    assert refused == (function not in MAY_WRITE_SECRETS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_roles_that_need_a_scopes_rows_can_query_them(stack: Stack, function: str) -> None:
    query = stack.as_function(function, "dynamodb").query
    values = {":pk": SCOPE_ROW["pk"]}
    refused = is_refused(
        query, TableName=stack.table_name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values
    )
    assert refused == (function not in MAY_READ_SECRETS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_boot_tokens_are_read_by_boots_alone(stack: Stack, function: str) -> None:
    table = stack.as_function(function, "dynamodb")
    assert is_refused(table.get_item, TableName=stack.table_name, Key=TOKEN_ROW) == (function != "boot_inject")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_can_read_or_change_the_table_as_a_whole(stack: Stack, function: str) -> None:
    table = stack.as_function(function, "dynamodb")
    assert is_refused(table.scan, TableName=stack.table_name)
    assert is_refused(table.delete_table, TableName=stack.table_name)
    assert is_refused(table.update_table, TableName=stack.table_name, BillingMode="PAY_PER_REQUEST")
    assert is_refused(table.describe_table, TableName=stack.table_name)


def test_a_transaction_is_judged_row_by_row(stack: Stack) -> None:
    table = stack.as_function("boot_inject", "dynamodb")
    receipt = {"pk": {"S": "ORG#acme#SESSION#least-privilege-test"}, "sk": {"S": "BOOT#0000"}}
    planted = {**SCOPE_ROW, "sk": {"S": "NOTE#least-privilege-test"}}
    puts = [{"Put": {"TableName": stack.table_name, "Item": item}} for item in (receipt, planted)]
    assert not is_refused(table.transact_write_items, TransactItems=puts[:1])
    assert is_refused(table.transact_write_items, TransactItems=puts)
    stack.aws("dynamodb").delete_item(TableName=stack.table_name, Key=receipt)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_reads_logs_or_writes_another_functions(stack: Stack, function: str) -> None:
    logs = stack.as_function(function, "logs")
    for name, fact in stack.facts["functions"].items():
        assert is_refused(logs.filter_log_events, logGroupName=fact["log_group"])
        if name != function:
            assert is_refused(logs.create_log_stream, logGroupName=fact["log_group"], logStreamName="made-up")
