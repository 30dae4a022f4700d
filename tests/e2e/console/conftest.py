"""Fixtures of the console's tests: one Chromium for all, a page for each file or a fresh profile for each test."""

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


@pytest.fixture(scope="session")
def emptied(shared_stack: Stack) -> Iterator[Stack]:
    """The stack, left without secrets."""
    yield shared_stack
    shared_stack.clear()


@pytest.fixture
def stack(emptied: Stack) -> Stack:
    """The stack without secrets, whatever the test before it left."""
    emptied.clear()
    return emptied


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Person]:
    """Somebody with a browser profile of their own, not signed in, whose page must stay quiet."""
    with at_the_console(chromium, stack) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def seat(chromium: Browser, shared_stack: Stack) -> Iterator[Person]:
    """Alice at one page for a whole file: signing in is what test_sign_in.py is about."""
    with at_the_console(chromium, shared_stack) as somebody:
        yield somebody


@pytest.fixture
def alice(seat: Person, stack: Stack) -> Iterator[Person]:
    """Alice, signed in, in front of a list of secrets that is empty and was read just now."""
    seat.start_over()
    yield seat
    heard, seat.errors[:] = list(seat.errors), []  # They are this test's, and not the next one's too.
    assert heard == []
    seat.assert_quiet()
