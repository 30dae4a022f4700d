"""Fixtures of the console's tests: one Chromium for all, one fresh profile for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from e2e.console.driver import CHROMIUM, Person, at_the_console, launch
from support.deployed import Stack

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that no test can forget to."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one on this machine these tests are skipped, and say so."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Person]:
    """Somebody in front of the console, not signed in, whose page must stay quiet."""
    with at_the_console(chromium, stack) as somebody:
        yield somebody


@pytest.fixture
def alice(person: Person) -> Person:
    """Alice, signed in."""
    return person.sign_in("alice")
