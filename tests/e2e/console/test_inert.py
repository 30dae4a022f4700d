"""Text that looks like a page stays text; and neither a value nor a token stays anywhere it can be found."""

import json
import re

from playwright.sync_api import expect

from e2e.console.driver import Person

EVIL = "<img src=x onerror=window.hit=1><script>window.hit=2</script><svg onload=window.hit=3>'\"`{{7*7}}"
CANARY = "sk-canary-made-up-5f1c9b27-value"


def _assert_inert(person: Person) -> None:
    assert person.page.evaluate("window.hit") is None
    # The console shows no pictures, frames or scripts but its own.
    assert person.page.locator("#app img, #app iframe, #app script, #app object, #app embed").count() == 0


def test_a_description_is_text_everywhere_it_shows(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up", description=EVIL)
    alice.button("Refresh").click()
    expect(alice.row("openai-api-key")).to_contain_text("<img src=x")
    _assert_inert(alice)
    for action in ("Edit", "History"):
        alice.act(action, "openai-api-key")
        _assert_inert(alice)
        alice.button("Close").click()
    alice.page.get_by_role("button", name=re.compile("^openai-api-key")).click()
    expect(alice.sheet).to_contain_text("<script>")
    _assert_inert(alice)


def test_an_environments_values_and_description_are_text(alice: Person) -> None:
    body = {"variables": {"GREETING": EVIL}, "description": EVIL}
    assert alice.stack.call("alice", "PUT", "/v1/environments/console-evil", body).status in (200, 201)
    alice.go("Environments")
    expect(alice.page.locator(".card").filter(has_text="console-evil")).to_contain_text("<svg onload")
    _assert_inert(alice)
    alice.button("Edit console-evil").click()
    expect(alice.label("Value of GREETING")).to_have_value(EVIL)
    _assert_inert(alice)
    alice.stack.call("alice", "DELETE", "/v1/environments/console-evil")


def test_an_audit_entrys_fields_are_text(alice: Person) -> None:
    agent = "<img src=x onerror=window.hit=1>"
    alice.stack.call("alice", "GET", "/v1/secrets/private/not-there-at-all", headers={"User-Agent": agent})
    alice.stack.call(
        "alice", "POST", "/v1/secrets", {"name": "evil-agent", "scope": "private", "value": "made-up"},
        headers={"User-Agent": agent},
    )  # fmt: skip
    alice.go("Audit")
    row = alice.page.get_by_role("row").filter(has_text="evil-agent").first
    row.get_by_role("button").click()
    expect(alice.sheet).to_contain_text(agent)
    _assert_inert(alice)


def test_a_boots_session_and_vm_are_text(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up")
    odd = {"session_id": "ses<b>1", "vm_id": "vm<img src=x onerror=window.hit=1>"}
    answer = alice.stack.call("launcher", "POST", "/v1/boot-tokens", {"user": alice.stack.subject("alice"), **odd})
    if answer.status == 201:
        alice.stack.call(None, "POST", "/v1/inject", {}, bearer=str(answer.json["boot_token"]))
    else:
        assert answer.status == 422  # The service refuses such a name itself.
        alice.stack.boot("alice")
    alice.go("Boots")
    expect(alice.page.locator(".table-body .table-row").first).to_be_visible()
    _assert_inert(alice)


def test_an_address_with_code_in_it_does_nothing(alice: Person) -> None:
    for fragment in (f"#/secrets?scope={EVIL}", f"#/boots?name={EVIL}&session_id={EVIL}", f"#{EVIL}", "#javascript:1"):
        alice.http_errors_expected = True
        alice.page.evaluate("(hash) => { location.hash = hash }", fragment)
        expect(alice.page.get_by_role("heading", level=1)).to_be_visible()
        _assert_inert(alice)


def test_a_fault_of_the_service_that_looks_like_a_page_is_text(alice: Person) -> None:
    body = json.dumps({"status": 500, "title": EVIL, "detail": EVIL, "code": "x", "request_id": EVIL})
    alice.page.route(re.compile("/v1/environments"), lambda route: route.fulfill(status=500, body=body))
    alice.http_errors_expected = True
    alice.go("Environments")
    expect(alice.page.get_by_role("alert")).to_contain_text("<script>")
    _assert_inert(alice)


def test_a_canary_value_is_nowhere_to_be_found_afterwards(alice: Person) -> None:
    alice.http_errors_expected = True
    alice.add("canary", CANARY)
    alice.act("Edit", "canary")
    alice.label("Value").fill(f"{CANARY}-second")
    alice.button("Save").click()
    alice.told("Saved canary")
    alice.open_add()
    alice.label("Name").fill("canary-2")
    alice.label("Value").fill(f"{CANARY}-never-saved")
    alice.page.keyboard.press("Escape")
    expect(alice.sheet).to_have_count(0)
    alice.button("Import .env").click()
    alice.label("Variables").fill(f"CANARY_3={CANARY}-third\nCANARY_4={CANARY}-fourth")
    alice.button("Preview").click()
    alice.button("Save 2 secrets").click()
    alice.told("Imported")
    for screen in ("Boots", "Preview", "Environments", "Audit", "Secrets"):
        alice.go(screen)
    _assert_nowhere(alice)


def _assert_nowhere(person: Person) -> None:
    left = person.page.evaluate(
        """async () => JSON.stringify([
          document.documentElement.outerHTML, [...document.querySelectorAll('input, textarea')].map((b) => b.value),
          {...localStorage}, {...sessionStorage}, document.cookie, location.href, window.name, history.state,
          await indexedDB.databases(), await caches.keys(),
          performance.getEntries().map((entry) => entry.name)])"""
    )
    for place, text in (("page and storage", left), ("console messages", " ".join(person.said))):
        assert CANARY not in text, place
        assert "eyJ" not in text, place
    for url, body in person.sent:
        assert CANARY not in url + body
        assert "eyJ" not in url
    assert not [line for line in person.stack.log_lines() if CANARY in line]
