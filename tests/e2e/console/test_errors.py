"""When things go wrong in the middle: what is said, what can be done, and that nothing is lost or pretended."""

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from e2e.console.driver import Person

SECRETS = re.compile(r"/v1/secrets(\?|/|$)")


def test_a_name_taken_meanwhile_is_shown_at_its_field(alice: Person) -> None:
    alice.open_add()
    alice.stack.store("alice", "openai-api-key", "made-up")
    alice.label("Name").fill("openai-api-key")
    alice.label("Value").fill("made-up-other")
    alice.http_errors_expected = True
    alice.button("Seal and save").click()
    expect(alice.label("Name")).to_have_attribute("aria-invalid", "true")
    expect(alice.sheet).to_contain_text("already has a secret with this variable")
    expect(alice.label("Value")).to_have_value("made-up-other")
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up"


def _edit_while_another_saves(alice: Person) -> None:
    alice.add("openai-api-key", "made-up-before")
    alice.act("Edit", "openai-api-key")
    path = "/v1/secrets/private/openai-api-key"
    assert alice.stack.call("alice", "PATCH", path, {"description": "theirs"}).status == 200
    alice.page.get_by_label("Description").fill("mine")
    alice.label("Value").fill("made-up-mine")
    alice.http_errors_expected = True
    alice.button("Save").click()
    expect(alice.sheet).to_contain_text("has changed since you opened it")


def _description(alice: Person) -> str:
    return str(alice.stack.call("alice", "GET", "/v1/secrets/private/openai-api-key").json["description"])


def test_after_a_lost_race_mine_can_be_saved_over_theirs(alice: Person) -> None:
    _edit_while_another_saves(alice)
    assert _description(alice) == "theirs"
    alice.button("Save mine over it").click()
    alice.told("Saved openai-api-key")
    assert _description(alice) == "mine"
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-mine"


def test_after_a_lost_race_mine_can_be_dropped(alice: Person) -> None:
    _edit_while_another_saves(alice)
    alice.button("Drop mine, show theirs").click()
    expect(alice.page.get_by_label("Description")).to_have_value("theirs")
    expect(alice.label("Value")).to_have_value("")
    expect(alice.button("Save")).to_be_disabled()
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-before"


def test_a_session_that_ends_says_so_and_signing_in_again_leads_back(alice: Person) -> None:
    def spoil(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer made-up.spoilt.token"})

    alice.page.route(re.compile(r"/v1/"), spoil)
    alice.page.route(re.compile(r"/oauth2/token"), lambda route: route.abort())
    alice.http_errors_expected = True
    alice.page.get_by_role("link", name="Environments").click()
    expect(alice.page.get_by_role("alertdialog")).to_contain_text("Your session has ended")
    alice.page.unroute_all()
    alice.button("Sign in again").click()
    alice.fill_login("alice")
    expect(alice.page.get_by_role("heading", level=1, name="Environments")).to_be_visible()


def test_a_session_that_ends_while_saving_says_that_nothing_was_saved(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("openai-api-key")
    alice.label("Value").fill("made-up")
    alice.page.route(re.compile(r"/v1/"), lambda route: route.fulfill(**_answer(401, "unauthenticated")))
    alice.page.route(re.compile(r"/oauth2/token"), lambda route: route.abort())
    alice.http_errors_expected = True
    alice.button("Seal and save").click()
    ended = alice.page.get_by_role("alertdialog")
    expect(ended).to_contain_text("A value that was not saved has to be entered again")
    expect(ended.locator(":focus")).to_have_count(1)
    alice.page.keyboard.press("Escape")
    expect(ended).to_be_visible()
    assert alice.stack.all_secrets("alice") == []


def test_a_permission_taken_away_meanwhile_is_said_where_one_works(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("openai-api-key")
    alice.label("Value").fill("made-up")
    alice.page.route(SECRETS, lambda route: route.fulfill(**_answer(403, "forbidden")))
    alice.http_errors_expected = True
    alice.button("Seal and save").click()
    expect(alice.sheet.get_by_role("alert").filter(has_text="Made-up detail")).to_be_visible()
    expect(alice.label("Value")).to_have_value("made-up")


def test_a_token_that_ends_is_renewed_without_a_word(person: Person) -> None:
    good: list[str] = []

    def swap(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        good.append(body["access_token"])
        # The emulator leaves the groups out of a renewed token, as Cognito does not: the first good one stands for it.
        body["access_token"] = "made-up.spoilt.token" if len(good) == 1 else good[0]
        route.fulfill(response=answer, json=body)

    person.page.route(re.compile(r"/oauth2/token"), swap)
    person.http_errors_expected = True
    person.sign_in("alice")
    expect(person.page.get_by_role("heading", level=1, name="Secrets")).to_be_visible()
    grants = [body for url, body in person.sent if url.endswith("/oauth2/token")]
    assert ["grant_type=refresh_token" in body for body in grants] == [False, True]


def _answer(status: int, code: str, **headers: str) -> dict[str, Any]:
    body = f'{{"status": {status}, "title": "Made-up title", "detail": "Made-up detail.", "code": "{code}"}}'
    return {"status": status, "content_type": "application/problem+json", "body": body, "headers": headers}


@pytest.mark.parametrize(("status", "code"), [(429, "throttled"), (502, "bad_gateway")])
def test_a_list_that_is_refused_for_the_moment_waits_and_comes(alice: Person, status: int, code: str) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up")
    refused: list[str] = []

    def throttle_twice(route: Route) -> None:
        if len(refused) >= 2:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(**_answer(status, code, **{"Retry-After": "1"}))

    alice.go("Preview")
    alice.page.route(SECRETS, throttle_twice)
    alice.http_errors_expected = True
    alice.go("Secrets")
    expect(alice.row("openai-api-key")).to_be_visible()
    assert len(refused) == 2


def test_a_save_that_is_throttled_is_said_and_keeps_what_was_typed(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("openai-api-key")
    alice.label("Value").fill("made-up")
    alice.page.route(SECRETS, lambda route: route.fulfill(**_answer(429, "throttled", **{"Retry-After": "7"})))
    alice.http_errors_expected = True
    alice.button("Seal and save").click()
    expect(alice.sheet).to_contain_text("Try again in 7 s")
    expect(alice.label("Value")).to_have_value("made-up")
    alice.page.unroute_all()
    alice.button("Seal and save").click()
    alice.told("Added openai-api-key")
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up"


def test_offline_is_its_own_state_and_trying_again_works(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up")
    alice.go("Preview")
    alice.http_errors_expected = True
    alice.page.context.set_offline(True)
    alice.page.get_by_role("link", name="Secrets").click()
    expect(alice.page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(alice.page.get_by_role("heading", name="No secrets yet")).to_have_count(0)
    alice.page.context.set_offline(False)
    alice.button("Try again").click()
    expect(alice.row("openai-api-key")).to_be_visible()


def test_an_error_of_the_service_shows_the_request_to_ask_about(alice: Person) -> None:
    body = '{"status": 500, "title": "Made-up", "detail": "Made-up.", "code": "internal_error", "request_id": "made-1"}'
    alice.page.route(re.compile("/v1/environments"), lambda route: route.fulfill(status=500, body=body))
    alice.http_errors_expected = True
    alice.go("Environments")
    expect(alice.page.get_by_role("alert")).to_contain_text("Request made-1")


def test_a_secret_deleted_meanwhile_is_deleted_all_the_same(alice: Person) -> None:
    alice.add("openai-api-key", "made-up")
    alice.stack.call("alice", "DELETE", "/v1/secrets/private/openai-api-key")
    alice.act("Delete", "openai-api-key")
    alice.http_errors_expected = True
    alice.button("Delete for good").click()
    alice.told("Deleted openai-api-key")
