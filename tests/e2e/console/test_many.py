"""Five thousand secrets: shown at once, found at once, and few of them in the page."""

import time

import pytest
from playwright.sync_api import expect

from e2e.console.driver import Person

COUNT = 5_000
BATCH = 500


@pytest.fixture
def crowded(person: Person) -> Person:
    """Alice's organisation with 5,000 shared secrets, through the import call."""
    for start in range(0, COUNT, BATCH):
        entries = [
            {"name": f"bulk-{n:05d}", "value": "made-up", "description": f"made up {n}"}
            for n in range(start, start + BATCH)
        ]
        answer = person.stack.call("alice", "POST", "/v1/import", {"scope": "shared", "entries": entries})
        assert answer.status == 200, answer.text
    return person


@pytest.mark.slow
@pytest.mark.timeout(1_500)
def test_the_console_stays_quick_with_5000_secrets(crowded: Person) -> None:
    page = crowded.page
    crowded.sign_in()
    rows = page.locator(".table-body .table-row")
    expect(rows.first).to_contain_text("bulk-00000")
    expect(page.get_by_text("5,000 secrets")).to_be_visible(timeout=120_000)
    assert rows.count() < 60, "only rows near the window are in the page"
    assert page.locator("[role=table]").get_attribute("aria-rowcount") == "5001"

    found = _seconds_until(crowded, "04999", "1 of 5,000")
    cleared = _seconds_until(crowded, "", "5,000 secrets")
    assert max(found, cleared) < 2

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_role("row").filter(has_text="bulk-04999").first).to_be_visible()
    assert rows.count() < 60
    started = time.perf_counter()
    crowded.button("Exported as").click()
    page.evaluate("scrollTo(0, 0)")
    expect(rows.first).to_contain_text("bulk-04999")
    assert time.perf_counter() - started < 3


def _seconds_until(person: Person, typed: str, said: str) -> float:
    started = time.perf_counter()
    person.label("Search secrets").fill(typed)
    expect(person.page.get_by_text(said)).to_be_visible()
    return time.perf_counter() - started
