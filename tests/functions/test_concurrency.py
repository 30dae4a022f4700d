"""Many threads in one mocked account: any order of single AWS calls may come up. On real processes: tests/e2e."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from support.atomic import one_call_at_a_time
from support.aws import scan
from support.boots import booted
from support.calls import Answer, call, create

PATH = {"scope": "private", "name": "token"}


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers of all calls, made at the same time, in order."""
    answers: dict[int, Answer] = {}
    start = threading.Barrier(len(calls))

    def run(index: int) -> None:
        start.wait()
        answers[index] = calls[index]()

    with one_call_at_a_time():
        threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [answers[index] for index in range(len(calls))]


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def test_of_fifty_updates_with_one_if_match_one_wins() -> None:
    etag = create("token", "made-up-first").headers["ETag"]
    calls = [
        lambda n=n: call("update_secret", path=PATH, body={"value": f"made-up-{n}"}, headers={"If-Match": etag})  # type: ignore[misc]
        for n in range(50)
    ]
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 412: 49}
    assert booted() == {"TOKEN": f"made-up-{[answer.status for answer in answers].index(200)}"}
    assert len(call("list_versions", path=PATH).json["items"]) == 2


def test_of_fifty_creates_one_wins_and_one_scope_key_is_made() -> None:
    calls = [lambda n=n: create("token", f"made-up-{n}") for n in range(50)]  # type: ignore[misc]
    answers = at_once(calls)
    assert statuses(answers) == {201: 1, 409: 49}
    assert booted() == {"TOKEN": f"made-up-{[answer.status for answer in answers].index(201)}"}
    assert [item["sk"]["S"] for item in scan() if item["sk"]["S"].startswith("KEY#")] == ["KEY#k000001"]


def test_a_delete_among_updates_and_rollbacks_is_final() -> None:
    first = create("token", "made-up-first").json["version"]
    changes = [
        lambda n=n: call("update_secret", path=PATH, body={"value": f"made-up-{n}"})  # type: ignore[misc]
        for n in range(6)
    ]
    back = [lambda: call("rollback_secret", path=PATH, body={"version": first})] * 2
    answers = at_once([*changes, lambda: call("delete_secret", path=PATH), *back])
    if answers[6].status == 409:  # It lost every race, and says so.
        assert call("delete_secret", path=PATH).status == 204
    assert booted() == {}
    assert [item for item in scan() if "TOKEN" in item["sk"]["S"] and "#SCOPE#" in item["pk"]["S"]] == []


def test_imports_of_the_same_secrets_at_once_come_one_after_the_other() -> None:
    def bring(value: str) -> Answer:
        entries = [{"name": name, "value": value} for name in ("a", "b", "c")]
        return call("import_secrets", body={"scope": "private", "entries": entries, "on_conflict": "update"})

    answers = at_once([lambda n=n: bring(f"made-up-{n}") for n in range(4)])  # type: ignore[misc]
    assert set(statuses(answers)) <= {200, 409, 429}
    done = sum(answer.status == 200 for answer in answers)
    assert done >= 1
    assert len(set(booted().values())) == 1
    for name in ("a", "b", "c"):
        history = call("list_versions", path={"scope": "private", "name": name}).json["items"]
        assert [item["revision"] for item in history] == list(range(done, 0, -1))


def test_updates_and_an_import_at_once_lose_nothing() -> None:
    create("token", "made-up-first")
    entries = [{"name": "token", "value": "made-up-imported"}, {"name": "other", "value": "made-up-imported"}]
    body = {"scope": "private", "entries": entries, "on_conflict": "update"}
    changes = [
        lambda n=n: call("update_secret", path=PATH, body={"description": f"change {n}"})  # type: ignore[misc]
        for n in range(3)
    ]
    answers = at_once([*changes, lambda: call("import_secrets", body=body)])
    done = [answer for answer in answers if answer.status == 200]
    assert set(statuses(answers)) <= {200, 409, 429}
    history = call("list_versions", path=PATH).json["items"]
    assert [item["revision"] for item in history] == list(range(len(done) + 1, 0, -1))
