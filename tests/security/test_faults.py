"""Each AWS call of each function goes wrong in each way: nothing partial, nothing lost, nothing twice, no traceback.

Writes what it saw to docs/faults.md when BOOTSEAL_WRITE_DOCS is set, and else checks that the page says the same.
"""

import os
from collections.abc import Iterator

import pytest

from support.aws import REPOSITORY, running
from support.calls import Answer
from support.fault_kinds import FAULTS, Fault
from support.fault_scenarios import (
    CANARY,
    SCENARIOS,
    Prepared,
    assert_whole,
    finish_imports,
    meaning,
    prepare,
    shape,
)
from support.faults import Account, Wire, forget_all_but_clients, wired
from support.logs import logged

PAGE = REPOSITORY / "docs" / "faults.md"
READS = {"GetItem", "Query", "GetPublicKey", "TransactGetItems", "BatchGetItem", "Decrypt"}
READS_ON = {"boot_inject", "rotate_scope_key", "import_secrets", "remove_user"}
"""What reads after it wrote: asked again, it goes on from there."""
SEEN: dict[str, list[str]] = {}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Wire, Account, Prepared]]:
    """One account for all cases; its rows are put back before each."""
    with wired() as wire, running():
        ready = prepare()
        yield wire, Account(), ready


def run(lab: tuple[Wire, Account, Prepared], name: str, broken: tuple[str, int, Fault] | None = None) -> Answer:
    wire, rows, ready = lab
    rows.put_back()
    forget_all_but_clients()
    wire.begin(broken)
    with logged() as log:
        answer = SCENARIOS[name](ready)
    wire.broken = None
    assert CANARY not in log.getvalue()
    assert '"crashed"' not in log.getvalue(), log.getvalue()
    return answer


def said(answer: Answer) -> str:
    return str(answer.status) if answer.status < 400 else f"{answer.status} {answer.code}"


def effect(answer: Answer, reads_only: bool, state: str) -> str:
    if answer.status < 300:
        return ", as without it"
    return "" if reads_only else f", {state}"


def test_a_broken_call_is_not_carried_out_and_a_good_one_once(lab: tuple[Wire, Account, Prepared]) -> None:
    """The harness itself: what it says it breaks must not happen behind its back."""
    wire, rows, _ = lab
    name = "issue_boot_token"
    assert run(lab, name).status == 201
    tokens = shape(rows.rows())["token, unused"]
    denied = next(fault for fault in FAULTS if fault.name == "denied")
    assert run(lab, name, ("TransactWriteItems", 1, denied)).status == 503
    assert shape(rows.rows())["token, unused"] == tokens - 1
    assert wire.sent >= 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_call_that_goes_wrong_leaves_nothing_partial(lab: tuple[Wire, Account, Prepared], name: str) -> None:
    wire, rows, ready = lab
    answer = run(lab, name)
    assert answer.status < 300, answer.text
    calls, wanted, done = list(wire.calls), meaning(answer, ready), shape(rows.rows())
    before = shape(rows.kept_rows())
    lines = []
    assert calls
    for call in sorted(set(calls)):
        operation, _, number = call.rpartition(" ")
        for fault in FAULTS:
            if not fault.fits(operation):
                continue
            answer = run(lab, name, (operation, int(number), fault))
            assert_whole(rows.rows())
            if name == "import_secrets" and answer.status < 300:
                finish_imports()
            now = shape(rows.rows())
            state = "done" if now == done else "nothing done" if now == before else "begun"
            check_answer(answer, name)
            if answer.status < 300:
                assert meaning(answer, ready) == wanted, (call, fault.name)
                assert now == done, (call, fault.name, now - done, done - now)
            if operation in READS and name not in READS_ON:
                assert answer.status < 300 or state != "done" or before == done, (call, fault.name)
            check_repeated(lab, name, answer, done, wanted)
            effect = "as without it" if answer.status < 300 else "" if before == done else f", {state}"
            lines.append(
                f"| {call} | {fault.name} | {said(answer)}{', ' if effect == 'as without it' else ''}{effect} |"
            )
    SEEN[name] = lines


def check_answer(answer: Answer, name: str) -> None:
    """A good answer, or a problem that says what to do and shows nothing."""
    assert CANARY not in answer.text or (name == "resolve_templates" and answer.status == 200)
    if answer.status < 300:
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.code in {"throttled", "unavailable", "name_conflict", "version_mismatch", "conflict"}, answer.text
    assert "Traceback" not in answer.text
    assert "made up by a test" not in answer.text
    if answer.status in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1


def check_repeated(lab: tuple[Wire, Account, Prepared], name: str, first: Answer, done: object, wanted: object) -> None:
    """Once AWS is well again, the same call ends where it would have: done once, or refused because it was done."""
    wire, rows, ready = lab
    if first.status < 300:
        return
    wire.begin()
    again = SCENARIOS[name](ready)
    assert_whole(rows.rows())
    if again.status < 300:
        assert again.status in (200, 201, 204)
        if name == "boot_inject":
            assert meaning(again, ready) == wanted
    elif again.status == 429:
        assert name == "import_secrets"  # The broken one holds the scope until it counts as given up.
    else:
        assert again.status in (404, 409, 412), again.text
        assert shape(rows.rows()) == done, shape(rows.rows()) - done  # type: ignore[operator]


HEAD = "| call | fault | outcome |\n| --- | --- | --- |\n"


def section(name: str) -> str:
    return f"\n## {name}\n\n{HEAD}" + "\n".join(SEEN[name]) + "\n"


INTRODUCTION = """
Made by `tests/security/test_faults.py` (`BOOTSEAL_WRITE_DOCS=1`): each AWS call of one ordinary call of every function,
broken in every way at botocore, at each try of the SDK (or at the first, where it says "once"). *Dropped after*
and *cut short after*: AWS carried the call out and its answer was lost. *Begun*: a step that the same call, sent again,
goes on from, such as a boot token bound to its VM or a scope's first key. After each case the test sends the call again
with AWS well, and checks that every row is whole, signed and complete.
"""


def sections(page: str) -> dict[str, str]:
    """The tables of a page, by scenario."""
    parts = page.split("\n## ")[1:]
    return {part.partition("\n")[0]: "\n## " + part.rstrip("\n") + "\n" for part in parts}


def test_the_page_says_what_was_seen() -> None:
    """Of every scenario that was tried in this run; writing keeps the others as they are."""
    if not SEEN:
        pytest.skip("nothing was tried")
    if os.environ.get("BOOTSEAL_WRITE_DOCS"):
        found = {**(sections(PAGE.read_text()) if PAGE.exists() else {}), **{name: section(name) for name in SEEN}}
        PAGE.write_text("# Faults\n" + INTRODUCTION + "".join(found[name] for name in SCENARIOS if name in found))
    page = PAGE.read_text()
    assert page.startswith("# Faults\n" + INTRODUCTION)
    for name in SEEN:
        assert sections(page)[name] == section(name), f"{name} is stale; write it with BOOTSEAL_WRITE_DOCS=1"


def test_the_page_has_a_table_for_every_scenario() -> None:
    found = sections(PAGE.read_text())
    assert list(found) == list(SCENARIOS)
    assert all(table.count("\n| ") > 4 for table in found.values())
