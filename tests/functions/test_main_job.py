"""The main job through the functions: store a secret, boot a VM, the variable is there."""

import base64
import json

from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from support.aws import scan
from support.calls import ALICE, BOB, MALLORY, call, create, inject, issue

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def booted(user: str = "alice", **fields: object) -> dict[str, str]:
    """The environment a VM of `user` gets, through a sealed bundle."""
    token = issue(user, **fields)
    private, public = generate_key_pair()
    answer = inject(token, public_key=base64.b64encode(public).decode())
    assert answer.status == 200, answer.text
    sealed = base64.b64decode(answer.json["sealed_env"])
    return json.loads(open_sealed(private, sealed, bundle_info(token)))


def test_a_private_secret_wins_over_a_shared_one_of_the_same_variable_at_boot() -> None:
    assert create("openai-api-key", VALUE).status == 201
    assert create("OPENAI_API_KEY", "sk-made-up-shared-bbbbbbbbb", "shared").status == 201
    assert booted("alice") == {"OPENAI_API_KEY": VALUE}
    assert booted("bob") == {"OPENAI_API_KEY": "sk-made-up-shared-bbbbbbbbb"}
    assert booted("mallory") == {"OPENAI_API_KEY": "sk-made-up-shared-bbbbbbbbb"}


def test_the_metadata_of_a_created_secret_is_the_contracts() -> None:
    answer = create("openai-api-key", VALUE, description="For the planner")
    assert answer.json == {
        "name": "openai-api-key",
        "env_name": "OPENAI_API_KEY",
        "scope": "private",
        "description": "For the planner",
        "auto_install": True,
        "instructions_safe": False,
        "hint": "sk-m…aaaa",
        "version": answer.json["version"],
        "created_at": answer.json["created_at"],
        "created_by": "alice",
        "updated_at": answer.json["created_at"],
        "updated_by": "alice",
        "last_injected_at": None,
    }
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert answer.headers["Location"] == "/v1/secrets/private/openai-api-key"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_secret_of_another_org_is_not_found() -> None:
    create("openai-api-key", VALUE, "shared")
    path = {"scope": "shared", "name": "openai-api-key"}
    assert call("get_secret", BOB, path=path).status == 200
    answer = call("get_secret", MALLORY, path=path)
    assert (answer.status, answer.code) == (404, "secret_not_found")


def test_a_new_value_is_a_new_version_and_the_next_boot_has_it() -> None:
    first = create("token", VALUE).json["version"]
    path = {"scope": "private", "name": "token"}
    answer = call("update_secret", path=path, body={"value": "another"}, headers={"If-Match": f'"{first}"'})
    assert answer.status == 200, answer.text
    assert answer.json["version"] != first
    assert booted() == {"TOKEN": "another"}
    stale = call("update_secret", path=path, body={"value": "x"}, headers={"If-Match": f'"{first}"'})
    assert (stale.status, stale.code) == (412, "version_mismatch")


def test_a_deleted_secret_leaves_no_row_but_its_audit_entries() -> None:
    create("token", VALUE)
    path = {"scope": "private", "name": "token"}
    call("update_secret", path=path, body={"value": "another"})
    assert call("delete_secret", path=path).status == 204
    left = [item["sk"]["S"] for item in scan() if "TOKEN" in item["sk"]["S"]]
    assert left == []
    assert booted() == {}
    assert call("get_secret", path=path).status == 404


def test_an_injected_secret_says_when_it_was_last_injected() -> None:
    create("token", VALUE)
    booted()
    answer = call("get_secret", path={"scope": "private", "name": "token"})
    assert answer.json["last_injected_at"] >= answer.json["created_at"]


def test_lists_come_in_pages_without_loss_or_repeat_over_all_scopes() -> None:
    for number in range(7):
        create(f"a{number}", VALUE)
        create(f"a{number}", VALUE, "shared")
    seen, cursor = [], None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = call("list_secrets", ALICE, query=query).json
        seen += [(item["env_name"], item["scope"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [(f"A{n}", scope) for n in range(7) for scope in ("private", "shared")]
