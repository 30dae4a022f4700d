"""What a caller may not do is not offered, and says why."""

import re

from playwright.sync_api import expect

from e2e.console.driver import Person


def test_a_reader_sees_shared_secrets_and_cannot_change_them(person: Person) -> None:
    person.stack.store("alice", "npm-token", "made-up", scope="shared")
    person.sign_in("bob")
    person.page.get_by_role("button", name="Actions for npm-token, Shared").click()
    for action in ("Edit", "Clone", "Delete"):
        item = person.page.get_by_role("menuitem", name=re.compile(f"^{action}"))
        expect(item).to_have_attribute("aria-disabled", "true")
        expect(item).to_contain_text("Needs the permission secrets:manage")


def test_a_reader_can_still_add_private_secrets_and_nothing_else(person: Person) -> None:
    person.sign_in("bob")
    person.open_add()
    expect(person.sheet.get_by_label("Scope").get_by_role("option")).to_have_text(["Private"])
    expect(person.sheet).to_contain_text("Other scopes need the permission secrets:manage")
    person.label("Name").fill("own-key")
    person.label("Value").fill("made-up")
    person.button("Seal and save").click()
    person.told("Added own-key")


def test_the_audit_trail_is_closed_to_those_without_its_permission(person: Person) -> None:
    person.sign_in("bob", "audit")
    expect(person.page.get_by_role("heading", name="Audit is not open to you")).to_be_visible()
    expect(person.page.get_by_text("audit:read").first).to_be_visible()
    assert not [url for url, _ in person.sent if "/v1/audit" in url]


def test_environments_are_read_only_for_a_reader(person: Person) -> None:
    person.stack.call("alice", "PUT", "/v1/environments/console-read", {"variables": {"LOG_LEVEL": "info"}})
    person.sign_in("bob", "environments")
    expect(person.page.get_by_text("LOG_LEVEL").first).to_be_visible()
    expect(person.button("New environment")).to_have_count(0)
    expect(person.page.get_by_text("Changing them needs the permission secrets:manage")).to_be_visible()
    person.stack.call("alice", "DELETE", "/v1/environments/console-read")


def test_another_organisation_sees_nothing_of_ours(person: Person) -> None:
    person.stack.store("alice", "npm-token", "made-up", scope="shared")
    person.sign_in("mallory")
    expect(person.page.get_by_role("heading", name="No secrets yet")).to_be_visible()
    expect(person.page.locator(".who")).to_contain_text("globex")
