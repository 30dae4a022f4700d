"""Editing through the functions: everything but the name and the place, and the description beside every secret."""

import pytest

from support.calls import ALICE, BOB, call, create

PATH = {"scope": "shared", "name": "api-key"}


@pytest.mark.parametrize("field", ["name", "scope"])
def test_a_secret_is_edited_and_never_renamed_or_moved(field: str) -> None:
    made = create("api-key", "made up", "shared").json
    refused = call("update_secret", path=PATH, body={field: "private", "description": "x"})
    assert (refused.status, refused.code) == (400, "immutable_field")
    assert refused.json["errors"] == [
        {"field": field, "message": "cannot be changed; clone the secret or create another"}
    ]
    assert call("get_secret", path=PATH).json == made


def test_each_detail_is_edited_alone_and_the_others_stay() -> None:
    made = create("api-key", "made up", "shared", description="Planner").json
    changes = [{"description": "Writer"}, {"auto_install": False}, {"instructions_safe": True}, {"value": "another"}]
    now = made
    for change in changes:
        answer = call("update_secret", path=PATH, body=change)
        assert answer.status == 200
        shown = {key: value for key, value in change.items() if key != "value"}
        told = {key: answer.json[key] for key in ("version", "updated_at", "hint")}
        assert answer.json == {**now, **shown, **told}
        assert answer.json["version"] != now["version"]
        now = answer.json


def test_a_description_is_shown_to_every_reader_and_found_by_search() -> None:
    create("api-key", "made up", "shared", description="For the Planner, since May")
    create("other", "made up", "shared")
    found = call("list_secrets", BOB, query={"q": "planner"}).json["items"]
    assert [(item["name"], item["description"]) for item in found] == [("api-key", "For the Planner, since May")]


def test_an_edit_of_nothing_and_an_edit_of_what_is_not_there_say_so() -> None:
    create("api-key", "made up", "shared")
    assert call("update_secret", path=PATH, body={}).code == "invalid_request"
    absent = call("update_secret", ALICE, path={**PATH, "name": "nothing"}, body={"description": "x"})
    assert (absent.status, absent.code) == (404, "secret_not_found")
