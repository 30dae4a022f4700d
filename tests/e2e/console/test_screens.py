"""Boots, Preview, Environments and Audit, with what really happened on the stack."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from e2e.console.driver import Person


def test_a_boot_is_listed_with_what_it_received_and_never_a_value(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up-private")
    alice.stack.store("alice", "openai-api-key", "made-up-shared", scope="shared")
    alice.stack.store("alice", "npm-token", "made-up", scope="shared", auto_install=False)
    alice.stack.boot("alice")
    alice.go("Boots")
    first = alice.page.locator(".table-body .table-row").first
    expect(first).to_contain_text("1 installed, 1 shadowed, 1 off")
    first.get_by_role("button").first.click()
    rows = alice.sheet.get_by_role("row")
    expect(rows.filter(has_text="Installed")).to_contain_text("$OPENAI_API_KEY")
    expect(rows.filter(has_text="Shadowed")).to_contain_text("Shared")
    expect(rows.filter(has_text="Off")).to_contain_text("$NPM_TOKEN")
    assert "made-up" not in alice.page.content()


def test_boots_can_be_asked_which_sessions_hold_a_version(alice: Person) -> None:
    alice.add("held-key", "made-up-one")
    alice.stack.boot("alice")
    alice.act("History", "held-key")
    alice.sheet.get_by_role("link", name="Sessions that hold it").first.click()
    expect(alice.page.get_by_role("heading", level=1, name="Boots")).to_be_visible()
    expect(alice.page.locator(".table-body .table-row")).to_have_count(1)
    expect(alice.label("Secret")).to_have_value("held-key")
    alice.label("Version").fill("made-up-version")
    alice.button("Apply").click()
    expect(alice.page.get_by_role("heading", name="No boot matches")).to_be_visible()
    alice.button("Clear").click()
    expect(alice.page.locator(".table-body .table-row").first).to_be_visible()


def test_deleting_lists_the_sessions_that_hold_the_secret(alice: Person) -> None:
    # Boots outlive secrets, so that a name of its own keeps other tests' boots out.
    name = f"held-{uuid4().hex[:8]}"
    alice.add(name, "made-up-one")
    alice.stack.boot_token("alice")
    alice.stack.boot("alice")
    alice.act("Delete", name)
    expect(alice.sheet).to_contain_text("These sessions received it")
    expect(alice.sheet.get_by_role("listitem")).to_have_count(1)


def test_preview_shows_winners_shadowed_and_missing_without_a_boot(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up")
    alice.stack.store("alice", "openai-api-key", "made-up", scope="shared")
    alice.stack.store("alice", "web-key", "made-up", scope="project:web")
    alice.go("Preview")
    rows = alice.page.get_by_role("row")
    expect(rows.filter(has_text="Installed")).to_have_count(1)
    expect(rows.filter(has_text="Shadowed")).to_have_count(1)
    alice.label("Project").fill("web")
    alice.label("Declared secrets").fill("WEB_KEY, OPENAI_API_KEY, NOT_THERE")
    alice.button("Apply").click()
    expect(rows.filter(has_text="$WEB_KEY")).to_contain_text("Installed")
    expect(alice.page.get_by_text("Missing: NOT_THERE")).to_be_visible()


@pytest.fixture
def environments(alice: Person) -> Iterator[Person]:
    """Alice at the environments, which are gone afterwards."""
    alice.go("Environments")
    yield alice
    for item in alice.stack.call("alice", "GET", "/v1/environments").json["items"]:
        alice.stack.call("alice", "DELETE", f"/v1/environments/{item['name']}")


def _make(person: Person, name: str, key: str, value: str) -> None:
    person.button("New environment").click()
    person.label("Name").fill(name)
    person.label("Name of variable 1").fill(key)
    person.page.get_by_label("Value of").fill(value)
    person.button("Save").click()


def test_an_environment_is_made_changed_taken_back_deleted_and_put_back(environments: Person) -> None:
    person, name = environments, f"made-{uuid4().hex[:8]}"
    _make(person, name, "LOG_LEVEL", "info")
    person.told(f"Saved {name}")
    expect(person.page.locator(".card").filter(has_text=name)).to_contain_text("LOG_LEVEL")
    person.button(f"Edit {name}").click()
    person.label("Value of LOG_LEVEL").fill("debug")
    person.button("Save").click()
    expect(person.page.locator(".card").filter(has_text=name)).to_contain_text("debug")
    person.button(f"History of {name}").click()
    expect(person.sheet.get_by_role("listitem")).to_have_count(2)
    person.button("Go back to this").click()
    expect(person.sheet.get_by_role("listitem")).to_have_count(3)
    person.button("Close").click()
    expect(person.page.locator(".card").filter(has_text=name)).to_contain_text("info")
    person.button(f"Delete {name}").click()
    person.told(f"Deleted {name}")
    person.button("Undo").click()
    expect(person.page.locator(".card").filter(has_text=name)).to_contain_text("LOG_LEVEL")


def test_a_new_environment_never_replaces_one_of_the_same_name(environments: Person) -> None:
    person = environments
    person.http_errors_expected = True  # The service is asked to make one only where there is none, and says 412.
    person.stack.call("alice", "PUT", "/v1/environments/console-taken", {"variables": {"LOG_LEVEL": "info"}})
    _make(person, "console-taken", "OTHER", "made-up")
    expect(person.label("Name")).to_have_attribute("aria-invalid", "true")
    expect(person.sheet).to_contain_text("There is an environment of this name already")
    kept = person.stack.call("alice", "GET", "/v1/environments/console-taken").json
    assert kept["variables"] == {"LOG_LEVEL": "info"}


@pytest.mark.parametrize(
    ("choice", "level"), [("Save mine over it", "mine"), ("Drop mine, show theirs", "theirs")], ids=["mine", "theirs"]
)
def test_after_a_lost_race_over_an_environment_the_person_chooses(
    environments: Person, choice: str, level: str
) -> None:
    person, path = environments, "/v1/environments/console-raced"
    person.stack.call("alice", "PUT", path, {"variables": {"LOG_LEVEL": "first"}})
    person.go("Secrets")
    person.go("Environments")
    person.button("Edit console-raced").click()
    person.label("Value of LOG_LEVEL").fill("mine")
    person.stack.call("alice", "PUT", path, {"variables": {"LOG_LEVEL": "theirs"}})
    person.http_errors_expected = True
    person.button("Save").click()
    expect(person.sheet).to_contain_text("has changed since you opened it")
    person.button(choice).click()
    if choice.startswith("Save"):
        person.told("Saved console-raced")
    else:
        expect(person.label("Value of LOG_LEVEL")).to_have_value("theirs")
    assert person.stack.call("alice", "GET", path).json["variables"] == {"LOG_LEVEL": level}


def test_a_credential_in_an_environment_is_refused_unless_insisted_on(environments: Person) -> None:
    person = environments
    person.http_errors_expected = True
    _make(person, "console-risky", "MADE_UP_KEY", "AKIA" + "MADEUPMADEUP" + "2345")
    expect(person.sheet).to_contain_text("Keep it here in clear all the same")
    person.label("Keep it here in clear all the same").check()
    person.button("Save").click()
    person.told("Saved console-risky")


def test_the_audit_trail_shows_what_was_done_and_filters(alice: Person) -> None:
    alice.add("audited-key", "made-up")
    alice.go("Audit")
    row = alice.page.get_by_role("row").filter(has_text="secret.create").filter(has_text="audited-key").first
    expect(row).to_contain_text("You")
    expect(row).to_contain_text("Done")
    row.get_by_role("button").click()
    for text in ("secret.create", "audited-key", "AUDITED_KEY", "127.0.0.1"):
        expect(alice.sheet).to_contain_text(text)
    alice.button("Close").click()
    alice.page.get_by_role("combobox", name="Action").select_option("secret.delete")
    alice.label("Secret").fill("audited-key")
    alice.button("Apply").click()
    expect(alice.page.get_by_role("row").filter(has_text="secret.create")).to_have_count(0)
    assert "action=secret.delete" in alice.page.url


def test_from_an_audit_entry_one_goes_to_all_of_its_secret(alice: Person) -> None:
    name = f"audited-{uuid4().hex[:8]}"
    alice.stack.store("alice", name, "made-up")
    alice.stack.call("alice", "DELETE", f"/v1/secrets/private/{name}")
    alice.go("Audit")
    alice.page.get_by_role("row").filter(has_text=name).first.get_by_role("button").click()
    alice.sheet.get_by_role("link", name="Everything about this secret").click()
    expect(alice.sheet).to_have_count(0)
    rows = alice.page.locator(".table-body .table-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("secret.delete")
    expect(alice.label("Secret")).to_have_value(name)
