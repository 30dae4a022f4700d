"""Placeholders: filled once, with the named secrets only, where they may go."""

import re

import pytest

from bootseal import bootstrap
from bootseal.adapters.boot_store import AuditStore
from bootseal.errors import Unavailable
from support.aws import scan
from support.booting import created_sealed
from support.calls import ALICE, BOB, LAUNCHER, MALLORY, Answer, Person, call, create
from support.counting import counted

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def resolve(templates: dict[str, str], target: str = "text", person: Person = LAUNCHER, **fields: object) -> Answer:
    body = {"templates": templates, "target": target, "user": "alice", **fields}
    return call("resolve_templates", person, body=body)


def test_placeholders_are_filled_by_env_name_in_every_text() -> None:
    create("openai-api-key", VALUE)
    create("base.url", "https://example.com", "shared")
    answer = resolve(
        {"Authorization": "Bearer {{OPENAI_API_KEY}}", "url": "{{BASE_URL}}/v1?k={{OPENAI_API_KEY}}", "-": "x"}
    )
    assert answer.json == {
        "resolved": {"Authorization": f"Bearer {VALUE}", "url": f"https://example.com/v1?k={VALUE}", "-": "x"}
    }


@pytest.mark.parametrize(
    "written", ["{{OPENAI_API_KEY}}", "{{ OPENAI_API_KEY }}", "{{openai-api-key}}", "{{\tOPENAI_API_KEY}}"]
)
def test_a_placeholder_may_have_blanks_and_any_spelling_of_the_name(written: str) -> None:
    create("openai-api-key", VALUE)
    assert resolve({"a": written}).json["resolved"] == {"a": VALUE}


@pytest.mark.parametrize("text", ["{{}}", "{{ }}", "{A}", "{{1A}}", "{{A B}}", "{{A", "A}}", "{{#if A}}", "{{\nA\n}}"])
def test_what_is_no_placeholder_stays_as_it_is(text: str) -> None:
    assert resolve({"a": text}).json["resolved"] == {"a": text}


def test_a_value_is_not_looked_at_for_placeholders() -> None:
    create("a", "{{B}} and {{A}}")
    create("b", "never shown")
    create("brace", "{")
    assert resolve({"a": "{{A}}"}).json["resolved"] == {"a": "{{B}} and {{A}}"}
    assert resolve({"a": "{{BRACE}}{B}}"}).json["resolved"] == {"a": "{{B}}"}


def test_the_strongest_scope_wins_and_auto_install_does_not_matter() -> None:
    create("a", "shared", "shared")
    assert resolve({"t": "{{A}}"}).json["resolved"] == {"t": "shared"}
    create("a", "project", "project:planner")
    assert resolve({"t": "{{A}}"}).json["resolved"] == {"t": "shared"}
    assert resolve({"t": "{{A}}"}, project="planner").json["resolved"] == {"t": "project"}
    create("a", "private", auto_install=False)
    assert resolve({"t": "{{A}}"}, project="planner").json["resolved"] == {"t": "private"}
    assert resolve({"t": "{{A}}"}, project="planner", user="bob").json["resolved"] == {"t": "project"}


def test_without_a_user_the_callers_own_secrets_are_meant() -> None:
    create("a", VALUE)
    own = Person("alice", permissions="secrets:resolve")
    body = {"templates": {"t": "{{A}}"}, "target": "text"}
    assert call("resolve_templates", own, body=body).json["resolved"] == {"t": VALUE}
    assert call("resolve_templates", LAUNCHER, body=body).code == "unknown_placeholder"


def test_unknown_names_are_listed_and_nothing_is_filled() -> None:
    create("a", VALUE)
    answer = resolve({"x": "{{A}} {{NOPE}}", "y": "{{never.there}}"})
    assert (answer.status, answer.code) == (422, "unknown_placeholder")
    assert [fault["field"] for fault in answer.json["errors"]] == ["NEVER_THERE", "NOPE"]
    assert VALUE not in answer.text


@pytest.mark.parametrize("bad", ["two\nlines", "carriage\rreturn", "X-Evil: 1\r\n"])
def test_a_line_end_never_gets_into_a_header(bad: str) -> None:
    create("a", bad)
    answer = resolve({"Authorization": "Bearer {{A}}"}, "header")
    assert (answer.status, answer.code) == (422, "invalid_header")
    assert bad not in answer.text
    assert [fault["field"] for fault in answer.json["errors"]] == ["templates.Authorization"]
    assert resolve({"Authorization": "Bearer {{A}}"}, "text").status == 200


@pytest.mark.parametrize("bad", ["x\n", "\r", "a\0b"])
def test_a_header_template_with_a_line_end_or_nul_of_its_own_is_refused(bad: str) -> None:
    assert resolve({"h": bad}, "header").code == "invalid_header"


def test_a_key_that_might_be_a_text_is_not_repeated() -> None:
    answer = resolve({"Bearer made-up": "x\n"}, "header")
    assert [fault["field"] for fault in answer.json["errors"]] == ["templates"]
    assert "made-up" not in answer.text


def test_only_secrets_marked_safe_get_into_instructions() -> None:
    create("safe", VALUE, instructions_safe=True)
    create("unsafe", VALUE)
    assert resolve({"t": "{{SAFE}}"}, "instructions").json["resolved"] == {"t": VALUE}
    answer = resolve({"t": "{{SAFE}} {{UNSAFE}}"}, "instructions")
    assert (answer.status, answer.code) == (403, "not_instructions_safe")
    assert [fault["field"] for fault in answer.json["errors"]] == ["UNSAFE"]
    assert "instructions_safe" in answer.json["detail"]
    assert VALUE not in answer.text


def test_a_safe_weaker_secret_does_not_stand_in_for_an_unsafe_stronger_one() -> None:
    create("a", "shared", "shared", instructions_safe=True)
    create("a", "private")
    assert resolve({"t": "{{A}}"}, "instructions").code == "not_instructions_safe"


@pytest.mark.parametrize("person", [ALICE, BOB])
def test_resolving_needs_its_own_permission(person: Person) -> None:
    create("a", VALUE)
    answer = resolve({"t": "{{A}}"}, person=person)
    assert (answer.status, answer.code) == (403, "not_allowed")


def test_another_org_resolves_none_of_ours() -> None:
    create("a", VALUE, "shared")
    assert resolve({"t": "{{A}}"}, person=MALLORY).code == "unknown_placeholder"


def test_a_project_out_of_reach_is_refused() -> None:
    limited = Person("launcher", permissions="secrets:resolve", projects="planner")
    create("a", VALUE, "project:other")
    assert resolve({"t": "{{A}}"}, person=limited, project="other").code == "not_allowed"


def test_a_row_changed_by_hand_is_refused() -> None:
    create("a", VALUE)
    row = next(item for item in scan() if item["sk"]["S"] == "SECRET#A")
    bootstrap.table().put({**row, "instructions_safe": {"BOOL": True}})
    answer = resolve({"t": "{{A}}"}, "instructions")
    assert (answer.status, answer.code) == (500, "integrity_error")


def test_a_value_its_client_sealed_wrongly_is_named_and_nothing_is_given() -> None:
    created_sealed("a", b"with\0nul")
    answer = resolve({"t": "{{A}}"})
    assert (answer.status, answer.code) == (422, "invalid_value")
    assert answer.json["errors"][0]["field"] == "A"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"templates": {}}, 422, "invalid_field"),
        ({"templates": {str(n): "x" for n in range(101)}}, 422, "invalid_field"),
        ({"templates": {"t": " ".join(f"{{{{A{n}}}}}" for n in range(51))}}, 422, "invalid_field"),
        ({"templates": {"t": "x" * 1_000_001}}, 413, "payload_too_large"),
        ({"templates": {"t": "x"}, "target": "url"}, 400, "invalid_request"),
        ({"templates": {"t": 1}}, 400, "invalid_request"),
        ({"templates": {"t": "x"}, "user": "a b"}, 422, "invalid_name"),
        ({"templates": {"t": "x"}, "project": "A"}, 422, "invalid_name"),
        ({"templates": {"t": "x"}, "colour": "red"}, 400, "unknown_field"),
    ],
)
def test_what_cannot_be_resolved_is_refused_by_name(body: dict[str, object], status: int, code: str) -> None:
    answer = call("resolve_templates", LAUNCHER, body={"target": "text", **body})
    assert (answer.status, answer.code) == (status, code), answer.text


def test_an_answer_that_would_be_too_large_is_refused_before_it_is_made() -> None:
    create("big", "x" * 65_536)
    answer = resolve({"t": "{{BIG}}" * 100})
    assert (answer.status, answer.code) == (413, "payload_too_large")


def test_only_what_is_named_is_read_and_a_warm_resolve_asks_no_key() -> None:
    for name in ("a", "b", "c"):
        create(name, VALUE)
    resolve({"t": "{{A}}"})
    with counted() as calls:
        resolve({"t": "{{A}}"})
    assert sorted(calls.operations) == ["GetItem", "GetItem", "PutItem", "Query", "Query"]


def test_a_text_without_placeholders_reads_nothing_and_is_in_the_trail() -> None:
    resolve({"t": "x"})
    with counted() as calls:
        resolve({"t": "x"})
    assert calls.operations == ["PutItem"]


def test_each_named_secret_is_in_the_trail_with_who_and_where_and_no_value() -> None:
    create("a", VALUE)
    create("b", VALUE, "shared")
    resolve({"t": "{{A}} {{B}}"}, "header")
    items = call("query_audit", query={"action": "template.resolve"}).json["items"]
    told = {
        (i["actor"], i["name"], i["scope"], i["outcome"], i["details"]["target"], i["details"]["user"]) for i in items
    }
    assert told == {
        ("launcher", "a", "private", "ok", "header", "alice"),
        ("launcher", "b", "shared", "ok", "header", "alice"),
    }
    assert {item["owner"] for item in items} == {"alice", None}
    assert all(item["version"] and item["source_ip"] and item["user_agent"] == "tests/1" for item in items)
    assert not [row for row in scan() if re.search(VALUE, str(row))]


def test_nothing_is_given_out_that_the_trail_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    create("a", VALUE)

    def out_of_reach(*_: object) -> None:
        raise Unavailable("The table did not answer; try again in a moment.")

    monkeypatch.setattr(AuditStore, "append", out_of_reach)
    answer = resolve({"t": "{{A}}"})
    assert answer.status == 503
    assert VALUE not in answer.text
