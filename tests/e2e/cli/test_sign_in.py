"""Signing in on the deployed stack: Cognito's own login page, a browser that is elsewhere, refresh and sign-out."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
import urllib3

from support.deployed import Stack
from support.terminal import Cli, Terminal


class _Form(HTMLParser):
    """The first form of a page: where it is sent, and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.method = "", "get"
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = given.get("action", ""), given.get("method", "get").lower()
        elif tag == "input" and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")


def _signed_in_at(page: str, user: str, password: str) -> str:
    """Fill in the login page at `page` as a person would; return where the browser is sent."""
    http = urllib3.PoolManager()
    shown = http.request("GET", page)
    assert shown.status == 200, shown.data[:500]
    form = _Form()
    form.feed(shown.data.decode())
    assert form.method == "post"
    fields = {**form.fields, "username": user, "password": password}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    target = urljoin(shown.geturl() or page, form.action) if form.action else page
    sent = http.request("POST", urljoin(page, target), body=urlencode(fields), headers=headers, redirect=False)
    assert sent.status in (302, 303), sent.data[:500]
    return str(sent.headers["Location"])


@pytest.fixture
def machine(stack: Stack, tmp_path: Path) -> Cli:
    """A machine inside a folder of the local stack, where nobody has signed in."""
    folder = tmp_path / ".local"
    folder.mkdir()
    (folder / "bootseal.json").symlink_to(stack.path)
    return Cli(tmp_path)


def _begun(machine: Cli) -> tuple[Terminal, str]:
    terminal = Terminal(machine, "login", "--no-browser", columns=2000)
    terminal.expect("paste the address")
    found = re.search(r"http://\S+/oauth2/authorize\?\S+", terminal.shown)
    assert found is not None, terminal.shown
    return terminal, found[0]


def _password(stack: Stack, user: str) -> str:
    return str(stack.facts["users"][user]["password"])


def test_cognitos_login_page_signs_alice_in_without_any_option(machine: Cli, stack: Stack) -> None:
    terminal, page = _begun(machine)
    redirect = _signed_in_at(page, "alice", _password(stack, "alice"))
    assert urllib3.PoolManager().request("GET", redirect).status == 200
    assert terminal.finish() == 0
    assert machine.done("whoami", "--json").json["user"] == stack.subject("alice")
    machine.done("secrets", "set", "signed-in", stdin="v")


def test_a_browser_elsewhere_is_answered_by_pasting_its_last_address(machine: Cli, stack: Stack) -> None:
    terminal, page = _begun(machine)
    terminal.press(_signed_in_at(page, "bob", _password(stack, "bob")) + "\n")
    assert terminal.finish() == 0
    assert machine.done("whoami", "--json").json["user"] == stack.subject("bob")


def test_cognitos_refresh_token_renews_the_sign_in(machine: Cli, stack: Stack) -> None:
    """Up to the new tokens: the emulator leaves the groups out of what it refreshes, which Cognito does not."""
    terminal, page = _begun(machine)
    terminal.press(_signed_in_at(page, "alice", _password(stack, "alice")) + "\n")
    assert terminal.finish() == 0
    kept = machine.home / ".config" / "bootseal" / "session.json"
    document = json.loads(kept.read_text())
    before = dict(document["tokens"])
    document["tokens"]["expires_at"] = int(time.time()) - 1
    kept.write_text(json.dumps(document))
    machine.run("whoami")
    after = json.loads(kept.read_text())["tokens"]
    assert after["access"] != before["access"]
    assert after["refresh"] == before["refresh"]
    assert after["expires_at"] > time.time()


def test_a_stolen_code_is_worth_nothing_without_the_verifier(machine: Cli, stack: Stack) -> None:
    terminal, page = _begun(machine)
    redirect = _signed_in_at(page, "alice", _password(stack, "alice"))
    code = re.search(r"code=([^&]+)", redirect)
    assert code is not None
    form = {
        "grant_type": "authorization_code",
        "code": code[1],
        "client_id": stack.facts["client_id"],
        "redirect_uri": "http://localhost:8976/callback",
        "code_verifier": "x" * 43,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    token_endpoint = f"{stack.facts['aws_endpoint_url']}/oauth2/token"
    assert urllib3.PoolManager().request("POST", token_endpoint, body=urlencode(form), headers=headers).status == 400
    terminal.press("\x03")
    assert terminal.finish() == 1


def test_each_local_user_is_who_they_are(machine: Cli, stack: Stack) -> None:
    for user, org in (("alice", "acme"), ("mallory", "globex")):
        machine.done("login", "--local", user)
        identity = machine.done("whoami", "--json").json
        assert (identity["user"], identity["org"]) == (stack.subject(user), org)
    machine.done("logout")
    assert machine.run("whoami").code == 3
