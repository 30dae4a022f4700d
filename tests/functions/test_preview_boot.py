"""What a boot would come to, before there is one."""

import pytest

from support.booting import boot, lines
from support.calls import ALICE, BOB, LAUNCHER, MALLORY, Answer, Person, call, create
from support.counting import counted

VALUE = "sk-made-up-aaaaaaaaaaaaaaaa"


def previewed(person: Person = ALICE, **query: str | list[str]) -> Answer:
    return call("preview_boot", person, query=query)


def test_a_preview_is_the_receipt_the_boot_then_gets() -> None:
    create("api-key", VALUE)
    create("api-key", VALUE, "project:planner")
    create("api-key", VALUE, "shared")
    create("switched-off", VALUE, auto_install=False)
    create("other", VALUE, "shared")
    call("put_environment", path={"name": "staging"}, body={"variables": {"MODE": "quick", "OTHER": "x"}})
    before = previewed(project="planner", environment="staging").json
    _, receipt = boot(project="planner", environment="staging")
    assert before["secrets"] == receipt["secrets"]
    assert {status for _, _, status in lines(before)} == {"injected", "shadowed", "disabled"}
    for field in ("user", "project", "environment", "environment_version", "defaults"):
        assert before[field] == receipt[field]
    assert before["defaults"] == ["MODE"]
    assert (before["session_id"], before["vm_id"], before["missing_required"]) == (None, None, [])


def test_a_preview_with_requirements_names_what_is_missing() -> None:
    create("api-key", VALUE, auto_install=False)
    create("other", VALUE)
    answer = previewed(require=["api-key", "DATABASE_URL"], optional=["sentry-dsn"]).json
    assert lines(answer) == {
        ("API_KEY", "private", "injected"),
        ("OTHER", "private", "undeclared"),
        ("DATABASE_URL", None, "missing"),
        ("SENTRY_DSN", None, "missing"),
    }
    assert answer["missing_required"] == ["DATABASE_URL"]


def test_own_previews_need_read_and_those_of_others_boot_issue() -> None:
    create("api-key", VALUE)
    assert previewed(ALICE).json["secrets"][0]["env_name"] == "API_KEY"
    assert previewed(LAUNCHER, user="alice").json["secrets"][0]["env_name"] == "API_KEY"
    assert previewed(LAUNCHER).status == 200
    for person, query in ((BOB, {"user": "alice"}), (Person("carol", permissions=""), {})):
        refused = previewed(person, **query)
        assert (refused.status, refused.code) == (403, "not_allowed")


def test_a_preview_in_another_org_sees_nothing_of_ours() -> None:
    create("api-key", VALUE, "shared")
    assert previewed(MALLORY, user="alice").json["secrets"] == []


def test_a_preview_of_a_project_out_of_reach_is_refused_whether_it_exists_or_not() -> None:
    limited = Person(user="bob", permissions="secrets:read", projects="planner")
    create("api-key", VALUE, "project:other")
    for project in ("other", "nowhere"):
        assert previewed(limited, project=project).code == "not_allowed"
    assert previewed(limited, project="planner").status == 200


def test_a_preview_with_an_environment_that_is_not_there_says_so() -> None:
    assert previewed(environment="nowhere").code == "environment_not_found"


def test_a_preview_asks_no_key_and_reads_no_ciphertext() -> None:
    create("api-key", VALUE)
    previewed()
    with counted() as calls:
        answer = previewed(project="planner")
    assert set(calls.operations) == {"Query"}
    assert len(calls) == 3
    assert VALUE not in answer.text


def test_a_preview_of_more_secrets_than_one_page_has_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from bootseal.services import previewing

    monkeypatch.setattr(previewing, "_PAGE", 3)
    for number in range(7):
        create(f"name-{number}", VALUE)
    assert len(previewed().json["secrets"]) == 7


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"user": "a b"}, "invalid_name"),
        ({"project": "Not a slug"}, "invalid_name"),
        ({"environment": "Not a slug"}, "invalid_name"),
        ({"require": ["1"]}, "invalid_name"),
        ({"user": ["alice", "bob"]}, "invalid_request"),
        ({"colour": "red"}, "invalid_request"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(query: dict[str, str | list[str]], code: str) -> None:
    assert previewed(**query).code == code
