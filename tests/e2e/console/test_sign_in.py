"""Signing in at the issuer's own page, staying signed in nowhere but in memory, and leaving."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from e2e.console.driver import Person


@pytest.fixture
def alice(person: Person) -> Person:
    """Alice, who has just signed in."""
    return person.sign_in("alice")


def test_sign_in_goes_through_the_issuers_page_and_back_to_the_screen_asked_for(person: Person) -> None:
    person.sign_in("alice", "environments")
    expect(person.page.get_by_role("heading", level=1, name="Environments")).to_be_visible()
    expect(person.page.locator(".who")).to_contain_text("alice")
    expect(person.page.locator(".who")).to_contain_text("acme")


def test_the_code_is_gone_from_the_address_and_the_history_when_the_page_shows(person: Person) -> None:
    person.sign_in()
    assert person.page.url == f"{person.url}#/secrets"
    person.page.go_back()
    assert "code=" not in person.page.url
    person.page.go_forward()
    assert "code=" not in person.page.url


def test_the_sign_in_is_a_code_flow_with_a_challenge_and_asks_for_nothing_more(person: Person) -> None:
    person.page.goto(person.url)
    person.button("Sign in").click()
    expect(person.label("Username")).to_be_visible()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(person.page.url).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid")
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == person.url
    assert asked["state"]
    assert asked["nonce"]


def test_no_token_is_in_storage_cookies_address_or_page(alice: Person) -> None:
    tokens = _tokens_received(alice)
    kept = alice.page.evaluate(
        """() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href,
             document.documentElement.outerHTML, window.name, history.state])"""
    )
    databases = alice.page.evaluate("indexedDB.databases().then((all) => all.length)")
    assert databases == 0
    assert "eyJ" not in kept
    assert not [token for token in tokens if token in kept]
    assert not [url for url, _ in alice.sent if "eyJ" in url]
    assert not [text for text in alice.said if "eyJ" in text]


def _tokens_received(person: Person) -> list[str]:
    with person.page.expect_request(re.compile(r"/v1/")) as request:
        person.page.get_by_role("link", name="Environments").click()
    header = request.value.headers["authorization"]
    assert header.startswith("Bearer eyJ")
    return [header.removeprefix("Bearer ")]


def test_a_reload_asks_the_issuer_again_and_comes_back_to_the_same_place(alice: Person) -> None:
    alice.go("Preview")
    alice.page.reload()
    # This issuer keeps no session of its own, so it asks; one that does would come straight back.
    alice.fill_login("alice")
    expect(alice.page.get_by_role("heading", level=1, name="Preview")).to_be_visible()


def test_signing_out_forgets_everything(alice: Person) -> None:
    alice.button("Sign out").click()
    expect(alice.button("Sign in")).to_be_visible()
    assert alice.page.evaluate("sessionStorage.length") == 0
    alice.page.goto(f"{alice.url}#/secrets")
    expect(alice.button("Sign in")).to_be_visible()


def test_a_wrong_password_gets_nobody_in(person: Person) -> None:
    person.page.goto(person.url)
    person.button("Sign in").click()
    person.label("Username").fill("alice")
    person.label("Password").fill("made-up-wrong-password-1")
    person.http_errors_expected = True
    person.button("Sign in").click()
    expect(person.page.get_by_text("Incorrect username or password")).to_be_visible()
    person.page.goto(person.url)
    expect(person.button("Sign in")).to_be_visible()


def test_an_answer_to_a_sign_in_that_was_not_started_here_is_refused(person: Person) -> None:
    person.page.goto(f"{person.url}?code=made-up-code&state=made-up-state")
    expect(person.page.get_by_role("alert")).to_contain_text("started elsewhere")
    assert person.page.url == person.url


def test_an_answer_with_another_state_is_refused(person: Person) -> None:
    person.page.goto(person.url)
    person.button("Sign in").click()
    expect(person.label("Username")).to_be_visible()
    person.page.goto(f"{person.url}?code=made-up-code&state=not-the-one")
    expect(person.page.get_by_role("alert")).to_contain_text("could not be verified")


def test_an_issuers_error_is_shown_as_text(person: Person) -> None:
    person.page.goto(person.url)
    person.button("Sign in").click()
    expect(person.label("Username")).to_be_visible()
    state = parse_qs(urlsplit(person.page.url).query)["state"][0]
    said = "<img src=x onerror=window.hit=1>"
    person.page.goto(f"{person.url}?error=access_denied&error_description={quote(said)}&state={state}")
    expect(person.page.get_by_role("alert")).to_contain_text(said)
    assert person.page.evaluate("window.hit") is None
    assert person.page.locator("img").count() == 0
