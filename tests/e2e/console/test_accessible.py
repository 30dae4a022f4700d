"""Usable by everyone: axe on every screen in both themes and widths, by keyboard alone, narrow and enlarged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.console.driver import Person, at_the_console
from support.deployed import Stack

WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
# A window of 1280 by 800 at 200 %: half as many pixels of the page, each twice as large.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}


def _fill(stack: Stack) -> None:
    stack.store("alice", "openai-api-key", "sk-made-up-0123456789-console-9f2c", description="for experiments")
    stack.store("alice", "openai-api-key", "made-up", scope="shared")
    stack.store("alice", "database-url-of-the-reporting-replica", "made-up", scope="project:web", auto_install=False)
    stack.call("alice", "PUT", "/v1/environments/console-axe", {"variables": {"LOG_LEVEL": "info", "EMPTY": ""}})
    stack.boot("alice")


@dataclass(frozen=True)
class Tour:
    """Every screen and dialog, each reached from the one before."""

    person: Person

    def stops(self) -> Iterator[str]:
        """Go to one after another; the name of each."""
        yield from self._secrets()
        yield from self._menu()
        yield from self._others()

    def _secrets(self) -> Iterator[str]:
        person = self.person
        yield "secrets"
        person.open_add()
        person.label("Name").fill("ld-preload")
        person.label("Value").fill("A=1\nB=2")
        yield "add"
        self._close()
        person.button("Import .env").click()
        person.label("Variables").fill("A=1\nOPENAI_API_KEY=2\nLD_PRELOAD=3")
        person.button("Preview").click()
        expect(person.sheet.get_by_role("table")).to_be_visible()
        yield "import"
        self._close()

    def _menu(self) -> Iterator[str]:
        person = self.person
        person.label("Search secrets").fill("openai")
        for action in ("Edit", "Clone", "History", "Delete"):
            person.button("Actions for openai-api-key, Private").click()
            expect(person.page.get_by_role("menu")).to_be_visible()
            yield f"menu before {action}"
            person.page.get_by_role("menuitem", name=action).click()
            self._settled()
            yield action
            person.page.keyboard.press("Escape")
            expect(person.sheet).to_have_count(0)
        person.label("Search secrets").fill("nothing-like-it")
        yield "nothing found"

    def _others(self) -> Iterator[str]:
        person = self.person
        for screen in ("Boots", "Audit"):
            yield self._choose(screen)
            person.page.locator(".row-name").first.click()
            self._settled()
            yield f"one of {screen}"
            self._close()
        yield self._choose("Preview")
        yield self._choose("Environments")
        for button in ("Edit", "History of"):
            person.button(f"{button} console-axe").click()
            self._settled()
            yield f"{button} environment"
            self._close()

    def _choose(self, screen: str) -> str:
        person = self.person
        if person.button("Menu").is_visible():
            person.button("Menu").click()
        person.page.get_by_role("link", name=screen, exact=True).last.click()
        expect(person.page.get_by_role("heading", level=1, name=screen)).to_be_visible()
        expect(person.page.locator(".loading")).to_have_count(0)
        return screen

    def _settled(self) -> None:
        expect(self.person.sheet.locator(":focus")).to_have_count(1)
        expect(self.person.page.locator(".loading")).to_have_count(0)
        expect(self.person.page.get_by_text("Looking for")).to_have_count(0)

    def _close(self) -> None:
        self.person.button("Close").click()
        expect(self.person.sheet).to_have_count(0)


def _faults(person: Person) -> list[str]:
    """What is wrong with the page as it is."""
    person.still()
    return [*person.unseen(), *person.axe()]


# Each theme in a page of its own: Chromium at times leaves inherited colours behind when it changes under an open one.
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW, ZOOMED], ids=["wide", "narrow", "zoomed"])
def test_on_every_screen_axe_finds_nothing_and_nothing_is_cut_off(
    chromium: Browser, stack: Stack, size: dict[str, Any], theme: str
) -> None:
    _fill(stack)
    with at_the_console(chromium, stack, **size, color_scheme=theme, reduced_motion="reduce") as person:
        person.page.goto(person.url)
        expect(person.button("Sign in")).to_be_visible()
        found = {"welcome": _faults(person)}
        person.sign_in()
        expect(person.page.locator(".table")).to_be_visible()
        found |= {name: _faults(person) for name in Tour(person).stops()}
    stack.call("alice", "DELETE", "/v1/environments/console-axe")
    assert len(found) > 20
    assert {name: faults for name, faults in found.items() if faults} == {}


def _tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until a control has the focus; a person would not go on for ever."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(40):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def test_adding_editing_and_deleting_need_no_mouse(alice: Person) -> None:
    page, keys = alice.page, alice.page.keyboard
    expect(page.get_by_role("heading", name="No secrets yet")).to_be_visible()
    _tab_to(page, "Add secret")
    keys.press("Enter")
    expect(alice.sheet).to_be_visible()
    _tab_to(page, "Name", "textbox")
    keys.type("openai-api-key")
    _tab_to(page, "Value", "textbox")
    keys.type("made-up-by-keyboard")
    _tab_to(page, "Seal and save")
    keys.press("Enter")
    alice.told("Added openai-api-key")
    expect(alice.row("openai-api-key")).to_be_visible()

    actions = "Actions for openai-api-key, Private"
    _tab_to(page, actions)
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    keys.press("Enter")
    expect(alice.sheet).to_be_visible()
    _tab_to(page, "Description optional", "textbox")
    keys.type("typed")
    keys.press("Enter")
    alice.told("Saved openai-api-key")
    expect(alice.button(actions)).to_be_focused()

    keys.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    keys.press("End")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    keys.press("Enter")
    expect(alice.button("Cancel")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    alice.told("Deleted openai-api-key")


def test_focus_goes_into_a_dialog_stays_there_and_returns_to_its_opener(alice: Person) -> None:
    alice.open_add()
    # Past its last control the focus may go to the browser's own bar, which the page sees as its body.
    inside = "[document.body, ...document.querySelectorAll('[role=dialog] *')].includes(document.activeElement)"
    for _ in range(25):
        alice.page.keyboard.press("Tab")
        assert alice.page.evaluate(inside)
    alice.page.keyboard.press("Escape")
    expect(alice.button("Add secret").first).to_be_focused()


def test_a_form_begins_where_one_types(alice: Person) -> None:
    alice.open_add()
    expect(alice.label("Name")).to_be_focused()
    alice.page.keyboard.press("Escape")
    alice.button("Import .env").first.click()
    expect(alice.label("Variables")).to_be_focused()


def test_messages_go_to_a_live_region_that_was_there_before_them(alice: Person) -> None:
    region = alice.page.locator(".toasts")
    expect(region).to_have_attribute("aria-live", "polite")
    expect(region).to_be_empty()
    region.evaluate("(element) => { element.dataset.seen = 'yes' }")
    alice.add("openai-api-key", "made-up")
    expect(region).to_have_attribute("data-seen", "yes")


def test_a_slash_in_a_text_box_is_a_slash(alice: Person) -> None:
    alice.open_add()
    alice.label("Value").focus()
    alice.page.keyboard.type("a/b")
    expect(alice.label("Value")).to_have_value("a/b")


def test_the_theme_is_chosen_kept_and_nothing_else_is_stored(person: Person) -> None:
    page = person.sign_in().page
    page.locator(".sidebar .themes label").nth(2).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert page.evaluate("({...localStorage})") == {"bootseal.theme": "dark"}
    page.reload()
    expect(person.label("Username")).to_be_visible()
    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
