"""What the page loads, when, and what it says where a part of it does not come."""

import gzip
import re

from playwright.sync_api import Response, expect

from e2e.console.driver import Person

FIRST_LOAD_LIMIT_BYTES = 120_000


def test_under_120_kb_of_compressed_scripts_show_the_first_list(person: Person) -> None:
    scripts: dict[str, Response] = {}

    def note(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts[response.url] = response

    person.page.on("response", note)
    person.stack.store("alice", "openai-api-key", "made-up")
    person.sign_in()
    expect(person.row("openai-api-key")).to_be_visible()
    person.page.wait_for_load_state("networkidle")
    sent = sum(len(gzip.compress(response.body())) for response in scripts.values())
    assert len(scripts) >= 2
    assert 10_000 < sent < FIRST_LOAD_LIMIT_BYTES


def test_a_screen_that_cannot_be_loaded_says_so_and_comes_when_tried_again(person: Person) -> None:
    person.sign_in()
    person.http_errors_expected = True
    person.page.context.set_offline(True)
    person.page.get_by_role("link", name="Boots", exact=True).click()
    expect(person.page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(person.page.get_by_role("heading", level=1, name="Boots")).to_be_visible()
    person.page.context.set_offline(False)
    person.button("Try again").click()
    expect(person.page.get_by_role("search", name="Filters")).to_be_visible()


def test_a_dialog_that_cannot_be_loaded_says_so_and_leaves_the_list_alone(person: Person) -> None:
    person.sign_in()
    person.http_errors_expected = True
    # As after a deployment: the files this page knows of are gone.
    person.page.route(re.compile(r"/assets/form-"), lambda route: route.fulfill(status=404, body="gone"))
    person.button("Add secret").first.click()
    expect(person.sheet).to_contain_text("could not be loaded")
    person.page.unroute_all()
    person.button("Close").click()
    expect(person.sheet).to_have_count(0)
    expect(person.page.get_by_role("heading", name="No secrets yet")).to_be_visible()


def test_a_page_that_cannot_reach_the_service_at_its_start_offers_to_try_again(person: Person) -> None:
    person.http_errors_expected = True
    person.page.route(re.compile(r"/console/config\.json"), lambda route: route.abort())
    person.page.goto(person.url)
    expect(person.page.get_by_role("alert")).to_contain_text("The service cannot be reached")
    person.page.unroute_all()
    person.button("Try again").click()
    expect(person.button("Sign in")).to_be_visible()
