"""Environments through the functions: kept in history, shown in clear, below every secret, and no place for one."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from bootseal import bootstrap
from bootseal.environment_model import VARIABLES_MAX_BYTES
from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from support.aws import TABLE, scan
from support.calls import ALICE, BOB, LAUNCHER, MALLORY, Answer, Person, call, create, inject, issue

DEBUG = {"LOG_LEVEL": "debug"}
PATH = {"name": "staging"}


def put(variables: dict[str, str], person: Person = ALICE, name: str = "staging", **more: Any) -> Answer:
    headers = more.pop("headers", None)
    return call("put_environment", person, path={"name": name}, body={"variables": variables, **more}, headers=headers)


def booted(token: str, pair: tuple[bytes, bytes] | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """The environment and the receipt of a boot."""
    private, public = pair or generate_key_pair()
    answer = inject(token, public_key=base64.b64encode(public).decode())
    assert answer.status == 200, answer.text
    sealed = base64.b64decode(answer.json["sealed_env"])
    return json.loads(open_sealed(private, sealed, bundle_info(token))), answer.json["receipt"]


def test_a_new_environment_is_created_and_shown_in_clear_to_every_reader_of_the_org() -> None:
    made = put({"REGION": "eu-central-1", **DEBUG}, description="Staging defaults")
    assert made.status == 201, made.text
    assert made.json == {
        "name": "staging",
        "description": "Staging defaults",
        "variables": {"LOG_LEVEL": "debug", "REGION": "eu-central-1"},
        "version": made.json["version"],
        "created_at": made.json["created_at"],
        "created_by": "alice",
        "updated_at": made.json["created_at"],
        "updated_by": "alice",
        "deleted": False,
    }
    assert made.headers["ETag"] == f'"{made.json["version"]}"'
    assert made.headers["Location"] == "/v1/environments/staging"
    shown = call("get_environment", BOB, path=PATH)
    assert (shown.status, shown.json, shown.headers["ETag"]) == (200, made.json, made.headers["ETag"])


def test_every_change_is_kept_newest_first_and_deleting_is_one() -> None:
    put({"A": "1"}, description="first")
    put({"A": "2"})
    assert call("delete_environment", path=PATH).status == 204
    assert call("get_environment", path=PATH).code == "environment_not_found"
    again = put({"A": "3"})
    assert again.status == 201
    history = call("list_environment_versions", BOB, path=PATH).json
    assert [(v["variables"], v["description"], v["deleted"]) for v in history["items"]] == [
        ({"A": "3"}, "", False),
        ({}, "first", True),
        ({"A": "2"}, "first", False),
        ({"A": "1"}, "first", False),
    ]
    assert history["next_cursor"] is None
    versions = [item["version"] for item in history["items"]]
    assert versions == sorted(versions, reverse=True)


def test_histories_and_lists_come_in_pages_without_loss_or_repeat() -> None:
    for number in range(5):
        put({"A": str(number)})
        put({"A": "1"}, name=f"e{number}")
    assert [v["variables"]["A"] for v in paged("list_environment_versions", path=PATH)] == list("43210")
    assert [e["name"] for e in paged("list_environments")] == ["e0", "e1", "e2", "e3", "e4", "staging"]


def paged(function: str, **case: Any) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        page = call(function, ALICE, query={"limit": "2"} | ({"cursor": cursor} if cursor else {}), **case).json
        assert len(page["items"]) <= 2
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_putting_what_is_already_there_makes_no_version() -> None:
    first = put(DEBUG)
    again = put(DEBUG)
    assert (again.status, again.json) == (200, first.json)
    assert len(call("list_environment_versions", path=PATH).json["items"]) == 1


def test_if_match_keeps_a_change_from_overwriting_another() -> None:
    first = put({"A": "1"}).headers["ETag"]
    assert put({"A": "2"}, headers={"If-Match": first}).status == 200
    for function, body in (("put_environment", {"variables": {"A": "3"}}), ("delete_environment", None)):
        stale = call(function, path=PATH, body=body, headers={"If-Match": first})
        assert (stale.status, stale.code) == (412, "version_mismatch")
    assert call("get_environment", path=PATH).json["variables"] == {"A": "2"}
    nothing = put({"A": "1"}, name="other", headers={"If-Match": "*"})
    assert (nothing.status, nothing.code) == (412, "version_mismatch")


def test_if_none_match_makes_a_new_one_and_never_replaces_one() -> None:
    assert put({"A": "1"}, headers={"If-None-Match": "*"}).status == 201
    for variables in ({"A": "2"}, {"A": "1"}):
        refused = put(variables, headers={"If-None-Match": "*"})
        assert (refused.status, refused.code) == (412, "version_mismatch")
        assert "already" in refused.json["detail"]
    assert call("get_environment", path=PATH).json["variables"] == {"A": "1"}
    assert call("delete_environment", path=PATH).status == 204
    assert put({"A": "3"}, headers={"If-None-Match": "*"}).status == 201


@pytest.mark.parametrize("given", ["", '"0123456789abcdef0123"', "*, *"])
def test_an_if_none_match_that_is_not_a_star_is_refused_by_its_name(given: str) -> None:
    refused = put({"A": "1"}, headers={"If-None-Match": given})
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "If-None-Match")


def test_of_many_that_make_one_environment_at_once_exactly_one_does() -> None:
    def make(number: int) -> int:
        return put({"A": str(number)}, headers={"If-None-Match": "*"}).status

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make, range(8)))
    assert sorted(answers) == [201, *[412] * 7]


def test_of_many_changes_with_one_if_match_exactly_one_is_made() -> None:
    etag = put({"A": "0"}).headers["ETag"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: put({"A": str(n)}, headers={"If-Match": etag}).status, range(1, 9)))
    assert sorted(answers) == [200, *[412] * 7]
    assert len(call("list_environment_versions", path=PATH).json["items"]) == 2


def test_the_environments_of_another_org_are_not_found() -> None:
    put(DEBUG)
    assert call("get_environment", MALLORY, path=PATH).code == "environment_not_found"
    assert call("list_environment_versions", MALLORY, path=PATH).code == "environment_not_found"
    assert call("delete_environment", MALLORY, path=PATH).code == "environment_not_found"
    assert call("list_environments", MALLORY).json["items"] == []
    assert put({"A": "1"}, MALLORY).status == 201
    assert call("get_environment", path=PATH).json["variables"] == DEBUG


@pytest.mark.parametrize(
    ("variables", "code", "field"),
    [
        ({"LD_PRELOAD": "x"}, "reserved_name", "variables.LD_PRELOAD"),
        ({"log-level": "x"}, "invalid_name", "variables.log-level"),
        ({"A B": "x"}, "invalid_name", "variables"),
        ({"A": "nul\0"}, "invalid_value", "variables.A"),
        ({"A": "x" * VARIABLES_MAX_BYTES}, "value_too_large", "variables"),
        ({f"A{n}": "" for n in range(201)}, "value_too_large", "variables"),
    ],
)
def test_what_a_vm_could_not_or_should_not_have_is_refused(variables: dict[str, str], code: str, field: str) -> None:
    answer = put(variables)
    assert (answer.status, answer.code) == (422, code)
    assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert call("get_environment", path=PATH).status == 404


def test_a_value_that_looks_like_a_credential_is_refused_by_its_name_and_never_repeated() -> None:
    key = "sk-ant-made-up-0000000000000000"
    answer = put({"PLANNER": key, **DEBUG})
    assert (answer.status, answer.code) == (422, "sensitive_value")
    assert [fault["field"] for fault in answer.json["errors"]] == ["variables.PLANNER"]
    assert "made-up" not in answer.text
    assert not any("made-up" in str(item) for item in scan())


def test_a_value_that_looks_like_a_credential_is_taken_when_told_and_the_trail_says_so() -> None:
    assert put({"API_TOKEN": "not really one"}, allow_sensitive=True).status == 201
    trail = [item for item in scan() if item.get("action", {}).get("S") == "environment.put"]
    assert [item["details"]["M"] for item in trail] == [
        {"environment": {"S": "staging"}, "allow_sensitive": {"S": "true"}}
    ]


def test_the_name_of_an_environment_is_a_slug() -> None:
    for name in ("Staging", "-a", "a_b", "x" * 64, ""):
        answer = put(DEBUG, name=name)
        assert (answer.status, answer.code) == (422, "invalid_name"), name


def test_a_default_is_below_every_secret_and_the_receipt_names_those_that_came_through() -> None:
    made = put({"LOG_LEVEL": "debug", "REGION": "eu-central-1", "DATABASE_URL": "sqlite://"}).json
    create("database-url", "postgres://made-up", "shared")
    create("region", "us-made-up", auto_install=False)
    environment, receipt = booted(issue(environment="staging"))
    assert environment == {"LOG_LEVEL": "debug", "REGION": "eu-central-1", "DATABASE_URL": "postgres://made-up"}
    assert receipt["environment"] == "staging"
    assert receipt["defaults"] == ["LOG_LEVEL", "REGION"]
    assert receipt["environment_version"] == made["version"]


def test_a_boot_without_an_environment_gets_no_defaults() -> None:
    put(DEBUG)
    environment, receipt = booted(issue())
    assert (environment, receipt["environment"], receipt["defaults"]) == ({}, None, [])


def test_a_secret_that_cannot_be_used_is_not_replaced_by_a_default() -> None:
    put({"TOKEN_FILE": "/etc/none"})
    key = call("get_public_key", path={"scope": "private"}, query={"name": "TOKEN_FILE"}).json
    sealed = base64.b64encode(b"\x01" * 80).decode()
    body = {"name": "TOKEN_FILE", "scope": "private", "encrypted_value": sealed, "key_id": key["key_id"]}
    assert call("create_secret", body=body).status == 201
    environment, receipt = booted(issue(environment="staging"))
    assert environment == {}
    assert [(line["env_name"], line["status"]) for line in receipt["secrets"]] == [("TOKEN_FILE", "rejected")]


def test_a_default_answers_for_a_declared_variable() -> None:
    put({"DATABASE_URL": "sqlite://"})
    declared = {"secrets": [{"key": "DATABASE_URL"}]}
    environment, _ = booted(issue(environment="staging", requirements=declared))
    assert environment == {"DATABASE_URL": "sqlite://"}
    refused = inject(issue(requirements=declared))
    assert (refused.status, refused.code) == (409, "missing_required")


def test_a_retry_gets_the_defaults_of_its_first_answer_whatever_became_of_the_environment() -> None:
    put({"A": "first"})
    token, pair = issue(environment="staging"), generate_key_pair()
    assert booted(token, pair)[0] == {"A": "first"}
    put({"A": "second", "B": "new"})
    assert booted(token, pair)[0] == {"A": "first"}
    call("delete_environment", path=PATH)
    bootstrap.reset()  # Another process, which holds nothing of the first answer.
    assert booted(token, pair)[0] == {"A": "first"}


def test_a_warm_process_gives_every_boot_the_environment_as_it_is_then() -> None:
    put({"A": "1"})
    assert booted(issue(environment="staging"))[0] == {"A": "1"}
    put({"A": "2"})
    assert booted(issue(environment="staging"))[0] == {"A": "2"}
    assert booted(issue(environment="staging"))[0] == {"A": "2"}


def test_a_boot_token_for_an_environment_that_is_not_there_is_not_issued() -> None:
    for name, expected in (("nowhere", (404, "environment_not_found")), ("No Where", (422, "invalid_name"))):
        answer = call("issue_boot_token", LAUNCHER, body={"user": "alice", "environment": name})
        assert (answer.status, answer.code) == expected


def test_an_environment_deleted_before_the_boot_stops_it_with_a_clear_error_until_it_is_made_again() -> None:
    put(DEBUG)
    token, pair = issue(environment="staging"), generate_key_pair()
    call("delete_environment", path=PATH)
    answer = inject(token, public_key=base64.b64encode(pair[1]).decode())
    assert (answer.status, answer.code) == (404, "environment_not_found")
    assert "staging was deleted" in answer.json["detail"]
    put(DEBUG)
    assert booted(token, pair)[0] == DEBUG


def test_an_environment_changed_in_the_table_stops_boots_and_is_not_made_good_by_an_edit() -> None:
    put(DEBUG)
    boto3.client("dynamodb").update_item(
        TableName=TABLE,
        Key={"pk": {"S": "ORG#acme#ENVIRONMENTS"}, "sk": {"S": "staging"}},
        UpdateExpression="SET #v.LOG_LEVEL = :changed",
        ExpressionAttributeNames={"#v": "variables"},
        ExpressionAttributeValues={":changed": {"S": "trace"}},
    )
    for answer in (inject(issue(environment="staging")), put({"A": "1"})):
        assert (answer.status, answer.code) == (500, "integrity_error")
        assert "environment staging" in answer.json["detail"]


def test_defaults_count_into_what_a_boot_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootseal.services.boot.BUNDLE_MAX_BYTES", 100)
    put({"A": "x" * 99})
    answer = inject(issue(environment="staging"))
    assert (answer.status, answer.code) == (413, "bundle_too_large")


def test_an_environment_costs_a_warm_boot_one_read_of_its_version_alone() -> None:
    put(DEBUG)
    booted(issue(environment="staging"))
    reads: list[dict[str, Any]] = []
    client = bootstrap.table().client
    client.meta.events.register("provide-client-params.dynamodb.GetItem", lambda params, **_: reads.append(params))
    token = issue(environment="staging")
    reads.clear()
    booted(token)
    assert [read["Key"]["sk"]["S"] for read in reads] == ["HEAD"]
