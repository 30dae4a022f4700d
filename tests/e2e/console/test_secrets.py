"""Everything a person does with secrets, and that what they typed is what a VM gets."""

import base64
import json
import re
from typing import Any

from playwright.sync_api import expect

from bootseal.sealing import value_info
from e2e.console.driver import Person

VALUE = "sk-made-up-0123456789-console-9f2c"
NASTY = 'it\'s $HOME `id` "q" \\ é 🔥\n\tsecond line  '


def test_without_secrets_the_page_says_so_and_offers_both_ways_to_add(alice: Person) -> None:
    expect(alice.page.get_by_role("heading", name="No secrets yet")).to_be_visible()
    empty = alice.page.get_by_role("region", name="No secrets yet")
    expect(empty.get_by_role("button")).to_have_text(["Add secret", "Import .env"])


def test_an_added_secret_is_listed_with_its_hint_and_reaches_a_vm_byte_for_byte(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.add("nasty.value", NASTY)
    expect(alice.row("openai-api-key")).to_contain_text("$OPENAI_API_KEY")
    expect(alice.row("openai-api-key")).to_contain_text("sk-m…9f2c")
    environment = alice.stack.boot("alice")
    assert environment["OPENAI_API_KEY"] == VALUE
    assert environment["NASTY_VALUE"] == NASTY


def test_a_value_leaves_the_browser_only_sealed_to_its_owner_scope_and_name(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    assert not [url for url, body in alice.sent if VALUE in url or VALUE in body]
    body = _bodies(alice, "/v1/secrets")[-1]
    assert set(body) == {
        "name", "scope", "encrypted_value", "key_id", "hint", "description", "auto_install", "instructions_safe",
    }  # fmt: skip
    assert len(base64.b64decode(body["encrypted_value"])) == len(VALUE) + 48
    asked = [url for url, _ in alice.sent if "/public-key?name=openai-api-key" in url]
    assert len(asked) == 1
    key = alice.stack.call("alice", "GET", "/v1/scopes/private/public-key?name=openai-api-key").json
    assert base64.b64decode(key["info"]) == value_info(
        "acme", f"private:{alice.stack.subject('alice')}", "OPENAI_API_KEY"
    )


def _bodies(person: Person, path: str) -> list[dict[str, Any]]:
    return [json.loads(body) for url, body in person.sent if url.endswith(path) and body]


def test_a_service_that_names_another_owner_gets_nothing(alice: Person) -> None:
    def lie(route: Any) -> None:
        answer = route.fetch()
        told = {**answer.json(), "info": base64.b64encode(value_info("globex", "shared", "A")).decode()}
        route.fulfill(response=answer, json=told)

    alice.page.route(re.compile("/public-key"), lie)
    alice.open_add()
    alice.label("Name").fill("openai-api-key")
    alice.label("Value").fill(VALUE)
    alice.button("Seal and save").click()
    expect(alice.sheet.get_by_role("alert").last).to_contain_text("Nothing was sent")
    assert alice.stack.all_secrets("alice") == []


def test_nothing_of_a_value_is_left_in_the_page_after_saving(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    expect(alice.sheet).to_have_count(0)
    kept = alice.page.evaluate(
        """() => JSON.stringify([document.documentElement.outerHTML,
             [...document.querySelectorAll('input, textarea')].map((box) => box.value),
             {...localStorage}, {...sessionStorage}, location.href])"""
    )
    assert VALUE not in kept
    alice.open_add()
    expect(alice.label("Value")).to_have_value("")


def test_a_file_keeps_its_carriage_returns_and_its_last_line_break(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("windows-file")
    content = b"line one\r\nline two\r\n"
    alice.sheet.locator("input[type=file]").set_input_files(
        {"name": "made-up.txt", "mimeType": "text/plain", "buffer": content}
    )
    expect(alice.sheet).to_contain_text("20 bytes")
    expect(alice.sheet).to_contain_text("Ends with a line break")
    alice.button("Seal and save").click()
    alice.told("Added windows-file")
    assert alice.stack.boot("alice")["WINDOWS_FILE"] == content.decode()


def test_a_last_line_break_is_named_and_can_be_taken_off(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("one-line")
    alice.label("Value").fill("made-up\n")
    alice.button("Remove it").click()
    alice.button("Seal and save").click()
    alice.told("Added one-line")
    assert alice.stack.boot("alice")["ONE_LINE"] == "made-up"


def test_a_file_that_is_no_text_is_refused_in_words(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").fill("binary")
    alice.sheet.locator("input[type=file]").set_input_files(
        {"name": "made-up.bin", "mimeType": "application/octet-stream", "buffer": b"\xff\xfe\x00"}
    )
    expect(alice.sheet).to_contain_text("not UTF-8 text")
    expect(alice.button("Seal and save")).to_be_disabled()


def test_editing_changes_only_what_was_changed_and_keeps_a_value_left_blank(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.act("Edit", "openai-api-key")
    expect(alice.label("Name")).to_have_attribute("readonly", "")
    expect(alice.label("Value")).to_have_value("")
    expect(alice.button("Save")).to_be_disabled()
    alice.page.get_by_label("Description").fill("for experiments")
    alice.button("Save").click()
    alice.told("Saved openai-api-key")
    assert _bodies(alice, "/openai-api-key")[-1] == {"description": "for experiments"}
    expect(alice.row("openai-api-key")).to_contain_text("for experiments")
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == VALUE


def test_editing_can_replace_the_value_and_turn_installing_off(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.act("Edit", "openai-api-key")
    alice.label("Value").fill("made-up-new-value")
    alice.label("Install in VMs").uncheck()
    alice.button("Save").click()
    alice.told("Saved")
    expect(alice.row("openai-api-key")).to_contain_text("Only if declared")
    assert "OPENAI_API_KEY" not in alice.stack.boot("alice")
    alice.act("Edit", "openai-api-key")
    alice.label("Install in VMs").check()
    alice.button("Save").click()
    expect(alice.row("openai-api-key")).to_contain_text("Yes")
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-new-value"


def test_deleting_names_the_secret_says_what_lives_on_and_is_final(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.act("Delete", "openai-api-key")
    expect(alice.sheet).to_contain_text("Delete openai-api-key?")
    expect(alice.sheet).to_contain_text("until they stop")
    alice.button("Cancel").click()
    expect(alice.row("openai-api-key")).to_be_visible()
    alice.act("Delete", "openai-api-key")
    alice.button("Delete for good").click()
    alice.told("Deleted openai-api-key")
    expect(alice.page.get_by_role("heading", name="No secrets yet")).to_be_visible()
    assert alice.stack.all_secrets("alice") == []


def test_a_secret_can_be_cloned_to_another_scope_without_being_seen(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.act("Clone", "openai-api-key")
    expect(alice.sheet.get_by_label("Scope")).to_have_value("shared")
    alice.button("Clone").click()
    alice.told("Cloned openai-api-key")
    expect(alice.row("openai-api-key", "Shared")).to_be_visible()
    assert alice.stack.boot("bob")["OPENAI_API_KEY"] == VALUE


def test_history_shows_versions_goes_back_and_can_undo_that(alice: Person) -> None:
    alice.add("openai-api-key", "made-up-first")
    alice.act("Edit", "openai-api-key")
    alice.label("Value").fill("made-up-second")
    alice.button("Save").click()
    alice.told("Saved")
    alice.act("History", "openai-api-key")
    versions = alice.sheet.get_by_role("listitem")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("Current")
    versions.nth(1).get_by_role("button", name="Go back to this").click()
    expect(alice.page.locator(".toasts")).to_contain_text("earlier value")
    expect(versions).to_have_count(3)
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-first"
    alice.page.keyboard.press("Escape")
    alice.button("Undo").click()
    expect(alice.button("Undo")).to_have_count(0)
    alice.act("History", "openai-api-key")
    expect(alice.sheet.get_by_role("listitem")).to_have_count(4)
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-second"


def test_the_details_show_everything_but_the_value(alice: Person) -> None:
    alice.add("openai-api-key", VALUE)
    alice.page.get_by_role("button", name=re.compile("^openai-api-key")).click()
    for text in ("$OPENAI_API_KEY", "sk-m…9f2c", "Not set", "You", "Never"):
        expect(alice.sheet).to_contain_text(text)
