"""Many at once on the deployed stack: one winner, no lost update, nothing that comes back from the dead."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from support.deployed import Answer, Stack

FIFTY = 50
PATH = "/v1/secrets/private/token"


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls at the same time, and again where the service asks to slow down; return their answers in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(_patiently, call) for call in calls]]


def _patiently(call: Callable[[], Answer]) -> Answer:
    for _ in range(20):
        answer = call()
        if answer.status != 429:
            return answer
    return answer


def statuses(answers: Sequence[Answer]) -> Counter[tuple[int, str]]:
    return Counter((answer.status, answer.code if answer.status >= 400 else "") for answer in answers)


def test_of_fifty_updates_with_one_if_match_one_wins_and_the_rest_are_told_so(stack: Stack) -> None:
    etag = stack.store("alice", "token", "made-up-first").headers["ETag"]
    calls = [
        lambda n=n: stack.call("alice", "PATCH", PATH, {"value": f"made-up-{n}"}, {"If-Match": etag})  # type: ignore[misc]
        for n in range(FIFTY)
    ]
    answers = at_once(calls)
    assert statuses(answers) == {(200, ""): 1, (412, "version_mismatch"): FIFTY - 1}
    winner = next(n for n, answer in enumerate(answers) if answer.status == 200)
    assert stack.boot() == {"TOKEN": f"made-up-{winner}"}
    assert len(stack.call("alice", "GET", f"{PATH}/versions").json["items"]) == 2


def test_of_fifty_creates_of_one_variable_one_wins(stack: Stack) -> None:
    spellings = ("a-token", "A_TOKEN", "a.token", "A-Token")
    calls = [
        lambda n=n: stack.call(  # type: ignore[misc]
            "alice",
            "POST",
            "/v1/secrets",
            {"name": spellings[n % 4], "scope": "shared", "value": f"made-up-{n}"},
        )
        for n in range(FIFTY)
    ]
    answers = at_once(calls)
    assert statuses(answers) == {(201, ""): 1, (409, "name_conflict"): FIFTY - 1}
    winner = next(n for n, answer in enumerate(answers) if answer.status == 201)
    assert stack.boot() == {"A_TOKEN": f"made-up-{winner}"}


def test_of_many_creates_with_one_idempotency_key_one_makes_it_and_all_get_its_answer(stack: Stack) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"name": "token", "scope": "private", "value": "made-up-once"}
    answers = at_once([lambda: stack.call("alice", "POST", "/v1/secrets", body, headers)] * 20)
    assert statuses(answers) == {(201, ""): 20}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1


def test_a_delete_that_races_updates_is_final(stack: Stack) -> None:
    for _ in range(5):
        stack.store("alice", "token", "made-up-first")
        delete = [lambda: stack.call("alice", "DELETE", PATH)]
        updates = [
            lambda n=n: stack.call("alice", "PATCH", PATH, {"value": f"made-up-{n}"})  # type: ignore[misc]
            for n in range(8)
        ]
        answers = at_once([*updates[:4], *delete, *updates[4:]])
        deleted = answers[4]
        if deleted.status == 409:  # It lost every race; then it was not deleted, and says so.
            deleted = stack.call("alice", "DELETE", PATH)
        assert deleted.status == 204, deleted.text
        assert {answer.status for answer in answers} <= {200, 204, 404, 409}
        assert stack.call("alice", "GET", PATH).status == 404
        assert stack.boot() == {}
        assert not [row for row in stack.rows() if "TOKEN" in row["sk"]["S"] and "#SCOPE#" in row["pk"]["S"]]


def test_no_update_without_if_match_is_lost_from_the_history(stack: Stack) -> None:
    stack.store("alice", "token", "made-up-first")
    calls = [
        lambda n=n: stack.call("alice", "PATCH", PATH, {"description": f"change {n}"})  # type: ignore[misc]
        for n in range(12)
    ]
    answers = at_once(calls)
    done = [n for n, answer in enumerate(answers) if answer.status == 200]
    assert {answer.status for answer in answers} <= {200, 409}
    history = stack.call("alice", "GET", f"{PATH}/versions").json["items"]
    assert [item["revision"] for item in history] == list(range(len(done) + 1, 0, -1))
    assert {item["description"] for item in history} == {"", *(f"change {n}" for n in done)}


def test_boots_during_imports_see_each_import_whole_or_not_at_all(stack: Stack) -> None:
    names = [f"n{number:02d}" for number in range(30)]

    def bring(mark: str) -> Answer:
        entries = [{"name": name, "value": mark} for name in names]
        return stack.call(
            "alice", "POST", "/v1/import", {"scope": "private", "entries": entries, "on_conflict": "update"}
        )

    assert bring("import-0").status == 200
    with ThreadPoolExecutor(4) as pool:
        imports = pool.submit(lambda: [bring(f"import-{n}").status for n in range(1, 5)])
        seen = []
        while not imports.done():
            seen.append(stack.boot())
        assert imports.result() == [200] * 4
    seen.append(stack.boot())
    assert [len(set(environment.values())) for environment in seen] == [1] * len(seen)
    assert [len(environment) for environment in seen] == [30] * len(seen)
    order = [next(iter(environment.values())) for environment in seen]
    assert order == sorted(order)
    assert order[-1] == "import-4"
