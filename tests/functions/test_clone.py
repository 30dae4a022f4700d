"""Cloning through the functions."""

import base64
from typing import Any

from bootseal.sealing import generate_key_pair, seal, value_info
from support.aws import scan
from support.boots import booted
from support.calls import BOB, MALLORY, Answer, Person, call, create

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"
PATH = {"scope": "private", "name": "openai-api-key"}


def clone(scope: str, name: str | None = None, path: dict[str, str] = PATH, **more: Any) -> Answer:
    body = {"scope": scope} | ({"name": name} if name else {})
    return call("clone_secret", body=body, path=path, **more)


def test_a_clone_has_the_value_description_and_flags_and_a_life_of_its_own() -> None:
    source = create("openai-api-key", VALUE, description="Mine", auto_install=True, instructions_safe=True).json
    answer = clone("project:web")
    assert answer.status == 201, answer.text
    assert answer.headers["Location"] == "/v1/secrets/project:web/openai-api-key"
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert answer.json["version"] != source["version"]
    kept = ("name", "env_name", "description", "auto_install", "instructions_safe", "hint")
    assert {key: answer.json[key] for key in kept} == {key: source[key] for key in kept}
    call("update_secret", path=PATH, body={"value": "changed afterwards"})
    assert booted("bob", project="web") == {"OPENAI_API_KEY": VALUE}


def test_a_clone_under_another_name_boots_as_that_variable() -> None:
    create("openai-api-key", VALUE)
    assert clone("private", "planner.key").json["env_name"] == "PLANNER_KEY"
    assert booted() == {"OPENAI_API_KEY": VALUE, "PLANNER_KEY": VALUE}


def test_a_clone_onto_what_exists_is_a_name_conflict_and_changes_nothing() -> None:
    create("openai-api-key", VALUE)
    create("OPENAI.API.KEY", "the other", "shared")
    answer = clone("shared")
    assert (answer.status, answer.code) == (409, "name_conflict")
    assert clone("private").code == "name_conflict"
    assert booted("bob") == {"OPENAI_API_KEY": "the other"}


def test_a_clone_of_nothing_is_not_found() -> None:
    assert clone("shared").code == "secret_not_found"


def test_a_clone_to_a_reserved_or_impossible_name_is_refused() -> None:
    create("openai-api-key", VALUE)
    assert clone("shared", "ld-preload").code == "reserved_name"
    assert clone("shared", "1st").code == "invalid_name"
    assert clone("everywhere").code == "invalid_scope"


def test_a_clone_needs_manage_on_both_sides() -> None:
    create("openai-api-key", VALUE, "shared")
    shared = {"scope": "shared", "name": "openai-api-key"}
    assert clone("private", path=shared, person=BOB).code == "not_allowed"
    assert clone("shared", "stolen", path=shared, person=MALLORY).code == "secret_not_found"
    limited = Person(projects="web")
    assert clone("project:web", path=shared, person=limited).status == 201
    assert clone("project:api", path=shared, person=limited).code == "secret_not_found"
    own = create("mine", VALUE, person=BOB)
    assert own.status == 201
    assert clone("shared", path={"scope": "private", "name": "mine"}, person=BOB).code == "not_allowed"


def test_both_secrets_have_the_clone_in_their_audit_trail() -> None:
    create("openai-api-key", VALUE)
    clone("project:web", "key")
    entries = [item for item in scan() if item.get("action", {}).get("S", "").startswith("secret.clone")]
    assert {e["env_name"]["S"]: e["action"]["S"] for e in entries} == {
        "KEY": "secret.clone",
        "OPENAI_API_KEY": "secret.cloned",
    }
    told = {entry["env_name"]["S"]: {k: v["S"] for k, v in entry["details"]["M"].items()} for entry in entries}
    assert told["KEY"]["from_name"] == "openai-api-key"
    assert told["OPENAI_API_KEY"]["to_scope"] == "project:web"
    assert VALUE not in repr(entries)


def test_a_value_that_was_sealed_for_another_place_is_not_cloned() -> None:
    key = call("get_public_key", path={"scope": "private"}, query={"name": "openai-api-key"}).json
    elsewhere = value_info("acme", "shared", "OPENAI_API_KEY")
    sealed = seal(base64.b64decode(key["public_key"]), VALUE.encode(), elsewhere)
    body = {"name": "openai-api-key", "scope": "private", "key_id": key["key_id"]}
    body["encrypted_value"] = base64.b64encode(sealed).decode()
    assert call("create_secret", body=body).status == 201
    answer = clone("shared")
    assert answer.status == 422
    assert "set it anew" in answer.json["detail"]


def test_a_clone_shows_a_hint_only_where_the_source_does() -> None:
    key = call("get_public_key", path={"scope": "private"}, query={"name": "openai-api-key"}).json
    sealed = seal(base64.b64decode(key["public_key"]), VALUE.encode(), base64.b64decode(key["info"]))
    body = {"name": "openai-api-key", "scope": "private", "key_id": key["key_id"]}
    body["encrypted_value"] = base64.b64encode(sealed).decode()
    assert call("create_secret", body=body).json["hint"] is None
    assert clone("shared").json["hint"] is None
    assert booted("bob") == {"OPENAI_API_KEY": VALUE}


def test_cloning_keeps_no_key_for_the_next_call(kms_calls: list[str]) -> None:
    create("openai-api-key", VALUE)
    clone("private", "one")
    kms_calls.clear()
    clone("private", "two")
    assert sorted(kms_calls) == ["Decrypt", "Sign"]


def test_a_public_key_put_in_the_place_of_the_targets_is_refused() -> None:
    import boto3

    from support.aws import TABLE

    create("openai-api-key", VALUE)
    create("other", VALUE, "shared")
    (row,) = (i for i in scan() if i["sk"]["S"].startswith("KEY#") and i["pk"]["S"].endswith("shared"))
    row["public_key"] = {"B": generate_key_pair()[1]}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    assert clone("shared").code == "integrity_error"
