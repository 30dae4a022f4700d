"""Pasting and importing .env files: previewed, sealed, whole or not at all."""

from playwright.sync_api import expect

from e2e.console.driver import Person

ENV = """# made up
OPENAI_API_KEY='sk-made-up-0123456789-console-9f2c'
export DB-URL="postgres://made:up@host.test/db?x#y"
MULTI="line one
line two"
"""

_PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(paste);
}"""


def _open(alice: Person, text: str) -> None:
    alice.button("Import .env").first.click()
    alice.label("Variables").fill(text)


def test_a_file_is_previewed_then_saved_and_reaches_a_vm(alice: Person) -> None:
    _open(alice, ENV)
    expect(alice.sheet).to_contain_text("3 variables found")
    alice.button("Preview").click()
    expect(alice.sheet).to_contain_text("3 new")
    assert alice.stack.all_secrets("alice") == []
    alice.button("Save 3 secrets").click()
    alice.told("Imported: 3 new")
    expect(alice.row("OPENAI_API_KEY")).to_contain_text("sk-m…9f2c")
    environment = alice.stack.boot("alice")
    assert environment["OPENAI_API_KEY"] == "sk-made-up-0123456789-console-9f2c"
    assert environment["DB_URL"] == "postgres://made:up@host.test/db?x#y"
    assert environment["MULTI"] == "line one\nline two"
    assert not [url for url, body in alice.sent if "sk-made-up" in url + body or "postgres" in url + body]


def test_what_exists_is_kept_replaced_or_stops_the_import_as_asked(alice: Person) -> None:
    alice.stack.store("alice", "openai-api-key", "made-up-old")
    _open(alice, "OPENAI_API_KEY=made-up-new\nOTHER=made-up")
    alice.button("Preview").click()
    expect(alice.sheet).to_contain_text("1 exists already")
    expect(alice.button("Save")).to_be_disabled()
    alice.label("Where a variable exists already").select_option("skip")
    alice.button("Preview").click()
    expect(alice.sheet).to_contain_text("1 skipped")
    alice.label("Where a variable exists already").select_option("update")
    alice.button("Preview").click()
    expect(alice.sheet).to_contain_text("1 replaces")
    alice.button("Save 2 secrets").click()
    alice.told("Imported")
    assert alice.stack.boot("alice")["OPENAI_API_KEY"] == "made-up-new"


def test_lines_that_cannot_be_read_are_named_by_number_and_nothing_is_sent(alice: Person) -> None:
    _open(alice, "A=1\nmade-up-secret-without-a-name\nB='open")
    expect(alice.sheet).to_contain_text("Line 2 is not NAME=value")
    expect(alice.sheet).to_contain_text("Line 3 opens a quote")
    expect(alice.button("Preview")).to_be_disabled()
    assert "made-up-secret" not in alice.sheet.get_by_role("status").first.inner_text()


def test_a_reserved_name_stops_the_import_before_anything_is_sent(alice: Person) -> None:
    _open(alice, "GOOD=1\nLD_PRELOAD=/made/up.so")
    before = len(alice.sent)
    alice.button("Preview").click()
    expect(alice.sheet.get_by_role("row").filter(has_text="LD_PRELOAD")).to_contain_text("Reserved")
    expect(alice.sheet).to_contain_text("Nothing can be saved")
    assert not [url for url, _ in alice.sent[before:] if "/v1/import" in url]


def test_several_lines_pasted_into_the_name_offer_an_import(alice: Person) -> None:
    alice.open_add()
    alice.label("Name").focus()
    alice.page.evaluate(_PASTE, "A_ONE=made-up\nB_TWO=made-up-too")
    expect(alice.label("Name")).to_have_value("")
    alice.button("Import them with a preview").click()
    expect(alice.label("Variables")).to_have_value("A_ONE=made-up\nB_TWO=made-up-too")


def test_several_lines_in_the_value_box_offer_an_import_and_one_value_of_lines_does_not(alice: Person) -> None:
    alice.open_add()
    alice.label("Value").fill("-----BEGIN MADE UP-----\nAAAA=\n-----END MADE UP-----")
    expect(alice.button("Import them with a preview")).to_have_count(0)
    alice.label("Value").fill("A=1\nB=2")
    alice.button("Import them with a preview").click()
    expect(alice.sheet.get_by_role("heading", name="Import .env")).to_be_visible()


def test_a_file_can_be_chosen(alice: Person) -> None:
    alice.button("Import .env").first.click()
    alice.sheet.locator("input[type=file]").set_input_files(
        {"name": "made-up.env", "mimeType": "text/plain", "buffer": b"A=1\r\nB=2\r\n"}
    )
    expect(alice.sheet).to_contain_text("2 variables found")


def test_a_file_that_is_no_text_is_refused_and_never_guessed_at(alice: Person) -> None:
    alice.button("Import .env").first.click()
    alice.sheet.locator("input[type=file]").set_input_files(
        {"name": "made-up.env", "mimeType": "text/plain", "buffer": b"KEY=caf\xe9\n"}
    )
    expect(alice.sheet).to_contain_text("not UTF-8 text")
    expect(alice.button("Preview")).to_be_disabled()


def test_several_lines_pasted_onto_the_page_itself_open_the_import(alice: Person) -> None:
    alice.page.evaluate(_PASTE, "A_ONE=made-up\nB_TWO=made-up-too")
    expect(alice.label("Variables")).to_have_value("A_ONE=made-up\nB_TWO=made-up-too")
    alice.button("Close").click()
    alice.page.evaluate(_PASTE, "just some text\nof two lines")
    expect(alice.sheet).to_have_count(0)
