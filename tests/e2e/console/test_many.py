"""Five thousand secrets: shown at once, found without asking the service again, and few of them in the page.

How long that takes is printed (`pytest -rP`) and not judged: another machine is another time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect

from e2e.console.driver import Person
from support.deployed import Stack

COUNT = 5_000
BATCH = 500
PAGE = 200
ROWS_AT_MOST = 60
"""Rows in the page: those a window of 800 pixels shows, and some beside them."""

NODES_AT_MOST = 3_000


@pytest.fixture
def crowded(person: Person) -> Iterator[Person]:
    """Somebody before an organisation with 5,000 shared secrets, stored through the import call."""
    for start in range(0, COUNT, BATCH):
        numbers = range(start, start + BATCH)
        entries = [{"name": f"bulk-{n:05d}", "value": "made-up", "description": f"made up {n}"} for n in numbers]
        answer = person.stack.call("alice", "POST", "/v1/import", {"scope": "shared", "entries": entries})
        assert answer.status == 200, answer.text
    yield person
    _take_away(person.stack)


def _take_away(stack: Stack) -> None:
    """Delete the rows themselves: 5,000 calls of the API are another test's matter."""
    keys = [{key: row[key] for key in ("pk", "sk")} for row in stack.rows() if "#BULK_" in row["sk"]["S"]]
    for start in range(0, len(keys), 25):
        requests = {stack.table_name: [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]}
        assert not stack.aws("dynamodb").batch_write_item(RequestItems=requests)["UnprocessedItems"]


def _lists(person: Person) -> int:
    return len([url for url, _ in person.sent if "/v1/secrets?" in url])


@pytest.mark.slow
@pytest.mark.timeout(1_500)
def test_5000_secrets_are_25_requests_and_a_few_rows_whatever_is_done_with_them(crowded: Person) -> None:
    page = crowded.page
    crowded.sign_in()
    rows = page.locator(".table-body .table-row")
    with _timed("first rows"):
        expect(rows.first).to_contain_text("bulk-00000")
    with _timed("all 25 pages"):
        expect(page.get_by_text("5,000 secrets")).to_be_visible(timeout=120_000)
    assert page.get_by_role("table").get_attribute("aria-rowcount") == f"{COUNT + 1}"
    _assert_light(crowded, rows)

    for typed, said in (("04999", "1 of 5,000"), ("made up 77", "111 of 5,000"), ("", "5,000 secrets")):
        with _timed(f"search for {typed!r}"):
            crowded.label("Search secrets").fill(typed)
            expect(page.get_by_text(said, exact=True)).to_be_visible()
        _assert_light(crowded, rows)

    with _timed("scroll to the end"):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(crowded.row("bulk-04999", "Shared")).to_be_visible()
    _assert_light(crowded, rows)
    with _timed("turn the order round"):
        crowded.button("Exported as").click()
        page.evaluate("scrollTo(0, 0)")
        expect(rows.first).to_contain_text("bulk-04999")
    _assert_light(crowded, rows)


def _assert_light(person: Person, rows: Locator) -> None:
    assert 0 < rows.count() < ROWS_AT_MOST, "only rows near the window are in the page"
    assert person.page.evaluate("document.querySelectorAll('*').length") < NODES_AT_MOST
    assert _lists(person) == COUNT // PAGE, "each page is asked for once, and nothing else is asked for"


@contextmanager
def _timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s")
