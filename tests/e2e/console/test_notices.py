"""What the form says while a name is typed."""

import pytest
from playwright.sync_api import expect

from e2e.console.driver import Person


@pytest.fixture
def form(alice: Person) -> Person:
    """The form for a new secret, with some secrets already there."""
    alice.stack.store("alice", "db-url", "made-up")
    alice.stack.store("alice", "npm-token", "made-up", scope="shared")
    alice.button("Refresh").click()
    expect(alice.row("db-url")).to_be_visible()
    alice.open_add()
    return alice


def test_the_variable_is_shown_as_it_will_be(form: Person) -> None:
    form.label("Name").fill("openai.api-key")
    expect(form.sheet).to_contain_text("Exported as $OPENAI_API_KEY")


@pytest.mark.parametrize("name", ["9lives", "a b", "é", "<img src=x onerror=window.hit=1>"])
def test_a_name_against_the_rule_is_refused_with_the_rule(form: Person, name: str) -> None:
    form.label("Name").fill(name)
    form.label("Value").fill("made-up")
    expect(form.sheet).to_contain_text("1 to 128 characters")
    expect(form.button("Seal and save")).to_be_disabled()
    assert form.page.evaluate("window.hit") is None


@pytest.mark.parametrize("name", ["ld-preload", "PATH", "https.proxy", "bootseal-token"])
def test_a_reserved_name_is_refused_with_its_reason(form: Person, name: str) -> None:
    form.label("Name").fill(name)
    form.label("Value").fill("made-up")
    expect(form.sheet).to_contain_text("is reserved:")
    expect(form.button("Seal and save")).to_be_disabled()


def test_a_collision_by_variable_is_shown_before_saving(form: Person) -> None:
    form.label("Name").fill("DB.URL")
    form.label("Value").fill("made-up")
    expect(form.sheet).to_contain_text("already has db-url")
    expect(form.button("Seal and save")).to_be_disabled()
    form.sheet.get_by_label("Scope").select_option("shared")
    expect(form.button("Seal and save")).to_be_enabled()


def test_what_shadows_what_is_shown_both_ways(form: Person) -> None:
    form.label("Name").fill("npm-token")
    expect(form.sheet).to_contain_text("Wins over the one in Shared")
    form.label("Name").fill("db-url")
    form.sheet.get_by_label("Scope").select_option("shared")
    expect(form.sheet).to_contain_text("Shadowed by the one in Private")


def test_a_project_can_be_named_and_its_slug_is_checked(form: Person) -> None:
    form.label("Name").fill("db-url")
    form.sheet.get_by_label("Scope").select_option("other")
    form.label("Project").fill("Not A Slug")
    expect(form.sheet).to_contain_text("1 to 63 characters")
    form.label("Project").fill("web")
    form.label("Value").fill("made-up")
    form.button("Seal and save").click()
    form.told("Added db-url")
    expect(form.row("db-url", "web")).to_be_visible()


@pytest.mark.parametrize(("value", "said"), [("x" * 65_537, "the limit is 65,536"), ("é" * 32_769, "65,538 bytes")])
def test_a_value_that_is_too_large_is_refused_before_it_is_sent(form: Person, value: str, said: str) -> None:
    form.label("Name").fill("big")
    form.label("Value").fill(value)
    expect(form.sheet).to_contain_text(said)
    expect(form.button("Seal and save")).to_be_disabled()


def test_no_browser_or_password_manager_is_invited_to_remember(form: Person) -> None:
    box = form.label("Value")
    for attribute, value in (("autocomplete", "off"), ("data-1p-ignore", ""), ("data-lpignore", "true")):
        expect(box).to_have_attribute(attribute, value)
    expect(box).to_have_css("-webkit-text-security", "disc")
    form.button("Show while typing").click()
    expect(box).to_have_css("-webkit-text-security", "none")
