"""Finding a secret in the list: search, scope, order, and a menu at each."""

import pytest
from playwright.sync_api import Browser, expect

from e2e.console.driver import Person, at_the_console
from support.deployed import Stack


def test_search_looks_at_names_variables_and_descriptions(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up", description="for Chat")
    alice.stack.store("alice", "db-url", "made-up", scope="shared")
    alice.button("Refresh").click()
    expect(alice.row("db-url", "Shared")).to_be_visible()
    alice.page.keyboard.press("/")
    expect(alice.label("Search secrets")).to_be_focused()
    for text, shown, hidden in (
        ("OPENAI_", "openai-api-key", "db-url"),
        ("chat", "openai-api-key", "db-url"),
        ("URL", "db-url", "openai-api-key"),
    ):
        alice.label("Search secrets").fill(text)
        expect(alice.page.get_by_role("cell").filter(has_text=shown).first).to_be_visible()
        expect(alice.page.get_by_role("cell").filter(has_text=hidden)).to_have_count(0)
    expect(alice.page.get_by_text("1 of 2")).to_be_visible()
    alice.label("Search secrets").fill("nothing-like-it")
    expect(alice.page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    alice.button("Clear filters").click()
    expect(alice.page.get_by_text("2 secrets")).to_be_visible()
    assert "nothing-like-it" not in alice.page.url


def test_a_scope_filter_is_part_of_the_address_and_a_column_sorts(alice: Person) -> None:
    for name, scope in (("b-one", "private"), ("a-two", "shared"), ("c-three", "project:web")):
        alice.stack.store("alice", name, "made-up", scope=scope)
    alice.button("Refresh").click()
    names = alice.page.locator(".table-body .row-name")
    expect(names).to_have_text(["a-two", "b-one", "c-three"])
    alice.button("Exported as").click()
    expect(names).to_have_text(["c-three", "b-one", "a-two"])
    expect(alice.page.get_by_role("columnheader", name="Exported as")).to_have_attribute("aria-sort", "descending")
    alice.button("Scope").click()
    expect(names).to_have_text(["b-one", "c-three", "a-two"])
    alice.page.get_by_role("combobox", name="Scope").select_option(label="Project web")
    expect(names).to_have_text(["c-three"])
    assert alice.page.url.endswith("#/secrets?scope=project%3Aweb")
    alice.page.go_back()
    expect(names).to_have_count(3)


def test_no_cell_is_blank_and_times_tell_the_exact_one(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up")
    alice.button("Refresh").click()
    row = alice.row("openai-api-key")
    cells = row.get_by_role("cell")
    expect(cells).to_have_count(8)
    for cell in cells.all()[:-1]:
        assert cell.inner_text().strip()
    expect(row.locator("time").first).to_have_text("just now")
    version = alice.stack.call("alice", "GET", "/v1/secrets/private/openai-api-key").json
    assert version["updated_at"] in str(row.locator("time").first.get_attribute("title"))
    for said in ("Not set", "Never"):
        expect(row).to_contain_text(said)


def test_a_page_left_open_does_not_go_on_saying_just_now(person: Person) -> None:
    person.stack.store("alice", "openai-api-key", "made-up")
    person.page.clock.install()
    person.sign_in()
    expect(person.row("openai-api-key").locator("time").first).to_have_text("just now")
    person.page.clock.fast_forward("05:00")
    expect(person.row("openai-api-key").locator("time").first).to_have_text("5 minutes ago")


def test_refreshing_shows_what_others_did_and_keeps_the_search(alice: Person) -> None:
    alice.stack.store("alice", "a-one", "made-up")
    alice.button("Refresh").click()
    expect(alice.row("a-one")).to_be_visible()
    alice.label("Search secrets").fill("a-")
    alice.stack.store("alice", "a-two", "made-up")
    alice.stack.call("alice", "DELETE", "/v1/secrets/private/a-one")
    alice.button("Refresh").click()
    expect(alice.row("a-two")).to_be_visible()
    expect(alice.row("a-one")).to_have_count(0)
    expect(alice.label("Search secrets")).to_have_value("a-")


MANY = [f"made-up-{number:02d}" for number in range(30)]


@pytest.fixture
def thirty(stack: Stack) -> Stack:
    """Alice's thirty secrets: more than a window shows."""
    entries = [{"name": name, "value": "made-up"} for name in MANY]
    answer = stack.call("alice", "POST", "/v1/import", {"scope": "private", "entries": entries})
    assert answer.status == 200, answer.text
    return stack


def _scrolled_to_the_end(person: Person) -> int:
    """Scroll until rows that come into view make the page no longer; how far that is."""
    last = -1
    while (here := int(person.page.evaluate("scrollY"))) != last:
        last = here
        person.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        person.still()
    return here


@pytest.mark.parametrize(
    "size", [{"width": 1280, "height": 600}, {"width": 320, "height": 640}], ids=["wide", "narrow"]
)
def test_a_menu_far_down_opens_beside_its_row_and_leaves_the_page_where_it_is(
    chromium: Browser, thirty: Stack, size: dict[str, int]
) -> None:
    with at_the_console(chromium, thirty, viewport=size) as person:
        page = person.sign_in().page
        expect(person.row(MANY[0])).to_be_visible()
        before = _scrolled_to_the_end(person)
        expect(person.row(MANY[-1])).to_be_visible()
        button = person.button(f"Actions for {MANY[-1]}, Private")
        button.click()
        expect(page.get_by_role("menuitem", name="Edit")).to_be_in_viewport()
        expect(button).to_be_in_viewport()
        assert abs(page.evaluate("scrollY") - before) < 5
        assert before > 500


def test_where_rows_are_cards_the_order_is_chosen_from_a_list(chromium: Browser, thirty: Stack) -> None:
    with at_the_console(chromium, thirty, viewport={"width": 640, "height": 800}) as person:
        names = person.sign_in().page.locator(".table-body .row-name")
        expect(names.first).to_have_text(MANY[0])
        person.label("Sort by").select_option(label="Name ↓")
        expect(names.first).to_have_text(MANY[-1])
        # The head is there to be read out, with nothing in it that would take the focus unseen.
        expect(person.page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
        expect(person.page.get_by_role("columnheader").get_by_role("button")).to_have_count(0)
