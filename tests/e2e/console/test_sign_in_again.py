"""An issuer that is found by its discovery document, keeps a session of its own, and can sign in without a form."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Route, expect

from e2e.console.driver import Person

AUTHORIZE = re.compile(r"/oauth2/authorize\?")


def _asked(route: Route) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}


@pytest.fixture
def discovered(person: Person) -> Person:
    """A console that is told no endpoints, and an issuer that says it can answer without showing a form."""

    def without_endpoints(route: Route) -> None:
        answer = route.fetch()
        kept = {key: None if key.endswith("_endpoint") else value for key, value in answer.json().items()}
        route.fulfill(response=answer, json=kept)

    def with_prompts(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "prompt_values_supported": ["none", "login"]})

    person.page.route(re.compile(r"/console/config\.json"), without_endpoints)
    person.page.route(re.compile(r"/\.well-known/openid-configuration"), with_prompts)
    return person


def test_endpoints_are_taken_from_the_issuers_discovery_document(discovered: Person) -> None:
    discovered.sign_in("alice")
    expect(discovered.page.locator(".who")).to_contain_text("alice")
    assert [url for url, _ in discovered.sent if url.endswith("/.well-known/openid-configuration")]


def test_a_reload_is_signed_in_again_without_a_form_where_the_issuer_keeps_a_session(discovered: Person) -> None:
    discovered.sign_in("alice", "preview")
    silent: list[str] = []

    def answer_for_her(route: Route) -> None:
        # What a cookie of the issuer would do: the real form of the real issuer, filled in on the way.
        form = route.fetch().text()
        hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
        login = {name: unescape(value) for name, value in hidden.items()}
        login |= {"username": "alice", "password": discovered.stack.facts["users"]["alice"]["password"]}
        url = f"{discovered.stack.facts['aws_endpoint_url']}/login"
        back = discovered.page.request.post(url, form=login, max_redirects=0)
        silent.append(_asked(route).get("prompt", ""))
        route.fulfill(status=302, headers={"Location": back.headers["location"]})

    discovered.page.route(AUTHORIZE, answer_for_her)
    discovered.page.reload()
    expect(discovered.page.get_by_role("heading", level=1, name="Preview")).to_be_visible()
    assert silent == ["none"]
    assert discovered.page.url == f"{discovered.url}#/preview"


def test_where_the_issuers_session_has_ended_the_page_offers_to_sign_in_and_blames_nobody(discovered: Person) -> None:
    discovered.sign_in("alice")

    def refuse(route: Route) -> None:
        query = urlencode({"error": "login_required", "state": _asked(route)["state"]})
        route.fulfill(status=302, headers={"Location": f"{discovered.url}?{query}"})

    discovered.page.route(AUTHORIZE, refuse)
    discovered.page.reload()
    expect(discovered.button("Sign in")).to_be_visible()
    expect(discovered.page.get_by_role("alert")).to_have_count(0)
    assert "login_required" not in discovered.page.url


def test_a_wrong_audience_or_a_changed_id_token_signs_nobody_in(discovered: Person) -> None:
    def swap(route: Route) -> None:
        answer = route.fetch()
        head, claims, mark = answer.json()["id_token"].split(".")
        other = json.dumps({"iss": "https://issuer.example.test", "sub": "made-up", "aud": "other"}).encode().hex()
        route.fulfill(response=answer, json={**answer.json(), "id_token": f"{head}.{other}{claims}.{mark}"})

    discovered.page.route(re.compile(r"/oauth2/token"), swap)
    discovered.page.goto(discovered.url)
    discovered.button("Sign in").click()
    discovered.fill_login("alice")
    expect(discovered.page.get_by_role("alert")).to_contain_text("could not be verified")
    assert not [url for url, _ in discovered.sent if "/v1/" in url]
