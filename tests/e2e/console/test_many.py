"""Five thousand secrets: shown at once, found without asking the service again, and few of them in the page.

How long that takes is printed (`pytest -rP`) and not judged: another machine is another time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from e2e.console.driver import Person
from support.deployed import Stack

COUNT = 5_000
BATCH = 25
PAGE = 200
ROWS_AT_MOST = 60
"""Rows in the page: those a window of 800 pixels shows, and some beside them."""

NODES_AT_MOST = 3_000


@pytest.fixture
def crowded(person: Person) -> Iterator[Person]:
    """Somebody before an organisation with 5,000 shared secrets.

    One is stored through the API and its row copied under other names: what a list reads of a row does not tell the
    copies from secrets, and 5,000 signatures are another test's matter.
    """
    stack = person.stack
    stack.store("alice", "bulk-00000", "made-up", scope="shared", description="made up 0")
    (first,) = _bulk(stack)
    _write(stack, [{"PutRequest": {"Item": _named(first, number)}} for number in range(1, COUNT)])
    yield person
    _write(stack, [{"DeleteRequest": {"Key": {key: row[key] for key in ("pk", "sk")}}} for row in _bulk(stack)])


def _bulk(stack: Stack) -> list[dict[str, Any]]:
    return [row for row in stack.rows() if row["sk"]["S"].startswith("SECRET#BULK_")]


def _named(row: dict[str, Any], number: int) -> dict[str, Any]:
    name, variable = f"bulk-{number:05d}", f"BULK_{number:05d}"
    texts = {"sk": f"SECRET#{variable}", "name": name, "env_name": variable, "description": f"made up {number}"}
    return {**row, **{key: {"S": text} for key, text in texts.items()}}


def _write(stack: Stack, requests: list[dict[str, Any]]) -> None:
    for start in range(0, len(requests), BATCH):
        some = {stack.table_name: requests[start : start + BATCH]}
        assert not stack.aws("dynamodb").batch_write_item(RequestItems=some)["UnprocessedItems"]


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
        outcome = page.get_by_text("5,000 secrets").or_(page.get_by_role("alert"))
        expect(outcome).to_have_text("5,000 secrets", timeout=300_000)
    assert page.get_by_role("table").get_attribute("aria-rowcount") == f"{COUNT + 1}"
    _assert_light(crowded, rows)

    for typed, said in (("04999", "1 of 5,000"), ("made up 77", "11 of 5,000"), ("", "5,000 secrets")):
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
