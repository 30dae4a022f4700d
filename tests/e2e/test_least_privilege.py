"""Who may call what: real calls with each function's own role, refused by the IAM evaluator or let through."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.deployed import Stack
from support.privileges import ACTIONS, may_use_key
from support.template import functions, may

CONTEXT = {"app": "bootseal", "org": "acme", "scope": "shared", "key_id": "k000001"}
FUNCTIONS = sorted(functions())
SCOPE_ROW = {"pk": {"S": "ORG#acme#SCOPE#shared"}, "sk": {"S": "NOTE#least-privilege-test"}}
PRIVATE_CHECKSUM = {"pk": {"S": "ORG#acme#SCOPE#private:least-privilege-test"}, "sk": {"S": "MARK#CHECKSUM"}}
WRITERS = {
    "clone_secret",
    "create_secret",
    "delete_secret",
    "import_secrets",
    "remove_user",
    "rollback_secret",
    "rotate_scope_key",
    "update_secret",
}
TOKEN_ROW = {"pk": {"S": "BOOT#least-privilege-test"}, "sk": {"S": "TOKEN"}}


def is_refused(call: Any, **arguments: Any) -> bool:
    """Say whether IAM refused the call; any other outcome is one the policy let through."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] == "AccessDeniedException"
    return False


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_uses_the_keys_exactly_as_the_table_says(shared_stack: Stack, function: str, action: str) -> None:
    kms, root = shared_stack.as_function(function, "kms"), shared_stack.aws("kms")
    seal, sign = shared_stack.facts["seal_key_arn"], shared_stack.facts["signing_key_arn"]
    wrapped = root.encrypt(KeyId=seal, Plaintext=b"made-up", EncryptionContext=CONTEXT)["CiphertextBlob"]
    calls = {
        "kms:Encrypt": (kms.encrypt, {"KeyId": seal, "Plaintext": b"made-up", "EncryptionContext": CONTEXT}),
        "kms:Decrypt": (kms.decrypt, {"CiphertextBlob": wrapped, "EncryptionContext": CONTEXT}),
        "kms:Sign": (kms.sign, {"KeyId": sign, "Message": b"made-up", "SigningAlgorithm": "ECDSA_SHA_256"}),
        "kms:GetPublicKey": (kms.get_public_key, {"KeyId": sign}),
    }
    call, arguments = calls[action]
    assert is_refused(call, **arguments) != may_use_key(function, action)


@pytest.mark.parametrize("context", [{"app": "other"}, {"org": "acme"}, {}], ids=["other-app", "no-app", "none"])
def test_the_seal_key_does_nothing_outside_bootseals_context(shared_stack: Stack, context: dict[str, str]) -> None:
    seal = shared_stack.facts["seal_key_arn"]
    encrypt, decrypt = shared_stack.as_function("create_secret", "kms"), shared_stack.as_function("boot_inject", "kms")
    arguments = {"EncryptionContext": context} if context else {}
    wrapped = shared_stack.aws("kms").encrypt(KeyId=seal, Plaintext=b"made-up", **arguments)["CiphertextBlob"]
    assert is_refused(encrypt.encrypt, KeyId=seal, Plaintext=b"made-up", **arguments)
    assert is_refused(decrypt.decrypt, CiphertextBlob=wrapped, **arguments)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_uses_the_keys_in_any_other_way(shared_stack: Stack, function: str) -> None:
    kms, seal = shared_stack.as_function(function, "kms"), shared_stack.facts["seal_key_arn"]
    assert is_refused(kms.generate_data_key, KeyId=seal, KeySpec="AES_256", EncryptionContext=CONTEXT)
    assert is_refused(kms.describe_key, KeyId=seal)
    assert is_refused(kms.disable_key, KeyId=seal)
    assert is_refused(kms.put_key_policy, KeyId=seal, PolicyName="default", Policy="{}")
    assert is_refused(kms.schedule_key_deletion, KeyId=seal)


@pytest.mark.parametrize("row", [SCOPE_ROW, TOKEN_ROW], ids=["secrets", "boot tokens"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_reaches_rows_as_the_template_says(shared_stack: Stack, function: str, row: dict[str, Any]) -> None:
    table, name, key = shared_stack.as_function(function, "dynamodb"), shared_stack.table_name, row["pk"]["S"]
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": row["pk"]}}
    update = {"UpdateExpression": "SET note = :pk", "ExpressionAttributeValues": {":pk": row["pk"]}}
    assert is_refused(table.get_item, TableName=name, Key=row) != may(function, "dynamodb:GetItem", key)
    assert is_refused(table.query, TableName=name, **query) != may(function, "dynamodb:Query", key)
    assert is_refused(table.put_item, TableName=name, Item=row) != may(function, "dynamodb:PutItem", key)
    updates = may(function, "dynamodb:UpdateItem", key, ("pk", "sk", "note"))
    assert is_refused(table.update_item, TableName=name, Key=row, **update) != updates
    assert is_refused(table.delete_item, TableName=name, Key=row) != may(function, "dynamodb:DeleteItem", key)
    shared_stack.aws("dynamodb").delete_item(TableName=name, Key=row)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_that_changes_secrets_counts_its_changes_and_updates_nothing_else(
    shared_stack: Stack, function: str
) -> None:
    """But for the import's, which stages changes inside of rows."""
    table, key = shared_stack.as_function(function, "dynamodb"), PRIVATE_CHECKSUM
    secret = {**key, "sk": {"S": "SECRET#LEAST_PRIVILEGE_TEST"}}
    counts = {"UpdateExpression": "ADD content_sum :n, changes :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    seals = {"UpdateExpression": "SET ciphertext = :c", "ExpressionAttributeValues": {":c": {"B": b"made-up"}}}
    seals_by_alias = {**seals, "UpdateExpression": "SET #c = :c", "ExpressionAttributeNames": {"#c": "ciphertext"}}
    for update in (counts, seals, seals_by_alias):
        part = {
            "Update": {"TableName": shared_stack.table_name, "Key": secret if update is not counts else key, **update}
        }
        expected = function in WRITERS if update is counts else function == "import_secrets"
        assert is_refused(table.update_item, **part["Update"]) != expected
        assert is_refused(table.transact_write_items, TransactItems=[part]) != expected
    for row in (key, secret):
        shared_stack.aws("dynamodb").delete_item(TableName=shared_stack.table_name, Key=row)


def test_a_boot_reads_several_scopes_at_once_and_nothing_else_that_way(shared_stack: Stack) -> None:
    table, name = shared_stack.as_function("boot_inject", "dynamodb"), shared_stack.table_name
    assert not is_refused(table.batch_get_item, RequestItems={name: {"Keys": [SCOPE_ROW, PRIVATE_CHECKSUM]}})
    assert is_refused(table.batch_get_item, RequestItems={name: {"Keys": [SCOPE_ROW, TOKEN_ROW]}})


def test_the_roles_that_open_values_cannot_write_secrets_and_only_boots_read_boot_tokens(shared_stack: Stack) -> None:
    put = {"TableName": shared_stack.table_name, "Item": SCOPE_ROW}
    assert is_refused(shared_stack.as_function("boot_inject", "dynamodb").put_item, **put)
    get = {"TableName": shared_stack.table_name, "Key": TOKEN_ROW}
    readers = [name for name in FUNCTIONS if not is_refused(shared_stack.as_function(name, "dynamodb").get_item, **get)]
    assert readers == ["boot_inject"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_can_read_or_change_the_table_as_a_whole(shared_stack: Stack, function: str) -> None:
    table = shared_stack.as_function(function, "dynamodb")
    assert is_refused(table.scan, TableName=shared_stack.table_name)
    assert is_refused(table.delete_table, TableName=shared_stack.table_name)
    assert is_refused(table.update_table, TableName=shared_stack.table_name, BillingMode="PAY_PER_REQUEST")
    assert is_refused(table.describe_table, TableName=shared_stack.table_name)


def test_a_transaction_is_judged_row_by_row(shared_stack: Stack) -> None:
    table = shared_stack.as_function("boot_inject", "dynamodb")
    receipt = {"pk": {"S": "ORG#acme#SESSION#least-privilege-test"}, "sk": {"S": "BOOT#0000"}}
    puts = [{"Put": {"TableName": shared_stack.table_name, "Item": item}} for item in (receipt, SCOPE_ROW)]
    assert not is_refused(table.transact_write_items, TransactItems=puts[:1])
    assert is_refused(table.transact_write_items, TransactItems=puts)
    shared_stack.aws("dynamodb").delete_item(TableName=shared_stack.table_name, Key=receipt)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_reads_logs_or_writes_another_functions(shared_stack: Stack, function: str) -> None:
    logs = shared_stack.as_function(function, "logs")
    for name, fact in shared_stack.facts["functions"].items():
        assert is_refused(logs.filter_log_events, logGroupName=fact["log_group"])
        if name != function:
            assert is_refused(logs.create_log_stream, logGroupName=fact["log_group"], logStreamName="made-up")
