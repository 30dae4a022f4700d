"""Signing in, staying signed in, and signing out."""

import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from support.calls import ALICE
from support.gateway import token_for
from support.sign_in_issuer import CLIENT_ID, Issuer, _json, issuing
from support.terminal import Cli, Terminal

BROWSER = f"{sys.executable} -c 'import sys,urllib.request;urllib.request.urlopen(sys.argv[1])' %s"


@pytest.fixture
def issuer(org: str) -> Iterator[Issuer]:
    """An issuer whose users are all Alice."""
    with issuing(token_for(replace(ALICE, org=org))) as running:
        yield running


@pytest.fixture
def machine(tmp_path: Path) -> Cli:
    """A machine nobody has signed in on."""
    return Cli(tmp_path)


def _arguments(gateway: str, issuer: Issuer) -> list[str]:
    return ["login", "--api-url", gateway, "--issuer", issuer.url, "--client-id", CLIENT_ID, "--redirect-port", "0"]


def _session_file(machine: Cli) -> Path:
    return machine.home / ".config" / "bootseal" / "session.json"


def _expire(machine: Cli) -> None:
    document = json.loads(_session_file(machine).read_text())
    document["tokens"]["expires_at"] = int(time.time()) - 10
    _session_file(machine).write_text(json.dumps(document))


def test_a_browser_signs_in_and_the_next_command_is_that_person(machine: Cli, gateway: str, issuer: Issuer) -> None:
    result = machine.process(*_arguments(gateway, issuer), BROWSER=BROWSER)
    assert result.code == 0, result.err
    assert machine.done("whoami", "--json").json["user"] == "alice"


def test_the_kept_tokens_are_for_their_owner_alone_and_never_shown(machine: Cli, gateway: str, issuer: Issuer) -> None:
    result = machine.process("--debug", *_arguments(gateway, issuer), BROWSER=BROWSER)
    assert result.code == 0, result.err
    assert stat.S_IMODE(_session_file(machine).stat().st_mode) == 0o600
    assert stat.S_IMODE(_session_file(machine).parent.stat().st_mode) == 0o700
    assert issuer.token not in result.out + result.err
    assert issuer.refresh not in result.out + result.err


def test_without_a_browser_the_address_is_printed_and_the_redirect_awaited(
    machine: Cli, gateway: str, issuer: Issuer
) -> None:
    terminal = Terminal(machine, *_arguments(gateway, issuer), "--no-browser", columns=1000)
    terminal.expect("paste the address")
    urllib3.PoolManager().request("GET", _address_in(terminal.shown))
    terminal.expect("Signed in to org")
    assert terminal.finish() == 0


def test_a_browser_on_another_machine_is_answered_by_pasting_where_it_ended(
    machine: Cli, gateway: str, issuer: Issuer
) -> None:
    terminal = Terminal(machine, *_arguments(gateway, issuer), "--no-browser", columns=1000)
    terminal.expect("paste the address")
    answer = urllib3.PoolManager().request("GET", _address_in(terminal.shown), redirect=False)
    terminal.press(answer.headers["Location"] + "\n")
    terminal.expect("Signed in to org")
    assert terminal.finish() == 0


def test_an_answer_with_a_foreign_state_is_turned_away_and_the_right_one_still_taken(
    machine: Cli, gateway: str, issuer: Issuer
) -> None:
    terminal = Terminal(machine, *_arguments(gateway, issuer), "--no-browser", columns=1000)
    terminal.expect("paste the address")
    address = _address_in(terminal.shown)
    http = urllib3.PoolManager()
    good = http.request("GET", address, redirect=False).headers["Location"]
    foreign = re.sub(r"state=[^&]+", "state=stolen", good)
    assert http.request("GET", foreign).status == 400
    assert http.request("GET", good).status == 200
    assert terminal.finish() == 0


def _address_in(shown: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/authorize\?\S+", shown)
    assert found is not None, shown
    return found[0]


def test_a_refusal_by_the_issuer_is_told_and_exits_3(machine: Cli, gateway: str, issuer: Issuer) -> None:
    issuer.refuses = "Alice has left"
    result = machine.process(*_arguments(gateway, issuer), BROWSER=BROWSER)
    assert result.code == 3
    assert "sign-in failed: Alice has left" in result.err
    assert not _session_file(machine).exists()


def test_the_device_flow_waits_until_the_code_was_entered(machine: Cli, gateway: str, issuer: Issuer) -> None:
    issuer.pending_answers = 2
    result = machine.done(*_arguments(gateway, issuer), "--device")
    assert "WDJB-MJHT" in result.err
    assert machine.done("whoami", "--json").json["user"] == "alice"


def test_an_issuer_without_a_device_flow_names_the_other_way(machine: Cli, gateway: str, issuer: Issuer) -> None:
    discovery = {"issuer": issuer.url, "token_endpoint": f"{issuer.url}/token"}
    issuer._discovery = lambda _asked: _json(discovery)  # type: ignore[method-assign]
    result = machine.run(*_arguments(gateway, issuer), "--device")
    assert result.code == 1
    assert "--no-browser" in result.err


def test_an_expired_token_is_renewed_once_and_the_rotated_one_kept(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    before = issuer.refresh
    _expire(machine)
    machine.done("whoami")
    assert issuer.refresh != before
    assert json.loads(_session_file(machine).read_text())["tokens"]["refresh"] == issuer.refresh
    calls = len(issuer.seen.calls)
    machine.done("whoami")
    assert len(issuer.seen.calls) == calls


def test_a_refresh_token_that_is_not_rotated_is_kept(machine: Cli, gateway: str, issuer: Issuer) -> None:
    issuer.rotates = False
    machine.done(*_arguments(gateway, issuer), "--device")
    for _ in range(2):
        _expire(machine)
        machine.done("whoami")


def test_a_sign_in_that_cannot_be_renewed_says_so_and_exits_3(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    _expire(machine)
    issuer.refresh = "revoked-meanwhile"
    result = machine.run("whoami")
    assert result.code == 3
    assert "run `bootseal login`" in result.err


def test_two_commands_at_once_do_not_use_one_rotating_refresh_token_twice(
    machine: Cli, gateway: str, issuer: Issuer
) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    _expire(machine)
    both = [Terminal(machine, "whoami", "--json") for _ in range(3)]
    assert [terminal.finish() for terminal in both] == [0, 0, 0]


def test_a_token_refused_by_the_service_is_renewed_and_the_call_repeated(
    machine: Cli, gateway: str, issuer: Issuer
) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    document = json.loads(_session_file(machine).read_text())
    document["tokens"]["access"] = "revoked-by-the-issuer"
    _session_file(machine).write_text(json.dumps(document))
    assert machine.done("whoami", "--json").json["user"] == "alice"


def test_an_issuer_on_the_internet_that_names_another_is_refused() -> None:
    from bootseal_cli.failures import CliError
    from bootseal_cli.identity.issuer import _check_same_issuer

    _check_same_issuer("https://id.example.com", {"issuer": "https://id.example.com/"})
    with pytest.raises(CliError, match="names another issuer"):
        _check_same_issuer("https://id.example.com", {"issuer": "https://evil.example.net"})


def test_tokens_the_service_refuses_are_not_kept(machine: Cli, gateway: str, issuer: Issuer) -> None:
    issuer.token = "not-a-token-of-this-service"
    result = machine.run(*_arguments(gateway, issuer), "--device")
    assert result.code == 3
    assert "--client-id" in result.err
    assert not _session_file(machine).exists()


def test_logout_forgets_and_revokes(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    refresh = issuer.refresh
    assert "Signed out" in machine.done("logout").err
    assert issuer.revoked == [refresh]
    assert not _session_file(machine).exists()
    assert machine.run("whoami").code == 3
    assert "Nobody was signed in" in machine.done("logout").err


def test_login_again_needs_no_options(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    machine.done("login", "--device")


def test_login_without_settings_names_what_it_needs(machine: Cli) -> None:
    result = machine.run("login", "--issuer", "https://id.example.com")
    assert result.code == 2
    assert "--api-url, --client-id" in result.err
    assert "--local USER" in result.err


@pytest.mark.parametrize("url", ["http://api.example.com", "api.example.com", "https://u:p@api.example.com", "ftp://x"])
def test_addresses_where_a_token_could_be_read_are_refused(machine: Cli, url: str) -> None:
    machine.env = {"BOOTSEAL_API_URL": url, "BOOTSEAL_TOKEN": "t"}
    result = machine.run("whoami")
    assert result.code == 2
    assert "BOOTSEAL_API_URL" in result.err


def test_a_kept_token_is_never_sent_to_another_service(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    calls = len(issuer.seen.calls)
    machine.env = {"BOOTSEAL_API_URL": issuer.url}
    result = machine.run("whoami")
    assert result.code == 3
    assert "not the service you are signed in to" in result.err
    assert len(issuer.seen.calls) == calls


def test_a_session_file_others_can_read_is_not_trusted(machine: Cli, gateway: str, issuer: Issuer) -> None:
    machine.done(*_arguments(gateway, issuer), "--device")
    _session_file(machine).chmod(0o644)
    result = machine.run("whoami")
    assert result.code == 1
    assert "chmod 600" in result.err


def test_a_planted_link_is_not_written_through(machine: Cli, gateway: str, issuer: Issuer) -> None:
    target = machine.home / "target"
    target.write_text("precious")
    _session_file(machine).parent.mkdir(parents=True)
    _session_file(machine).symlink_to(target)
    machine.done(*_arguments(gateway, issuer), "--device")
    assert target.read_text() == "precious"
    assert not _session_file(machine).is_symlink()


@pytest.fixture
def local_stack(machine: Cli, gateway: str, org: str) -> Path:
    """A local stack's file in the machine's home."""
    path = machine.home / ".local" / "bootseal.json"
    path.parent.mkdir()
    token = token_for(replace(ALICE, org=org))
    path.write_text(json.dumps({"api_url": gateway, "users": {"alice": {"org": org, "token": token}}}))
    return path


@pytest.mark.usefixtures("local_stack")
def test_login_local_finds_the_stack_from_a_folder_below(machine: Cli) -> None:
    below = machine.home / "app" / "src"
    below.mkdir(parents=True)
    inside = Cli(below, {"XDG_CONFIG_HOME": str(machine.home / ".config")})
    inside.done("login", "--local", "alice")
    assert machine.done("whoami", "--json").json["user"] == "alice"


@pytest.mark.usefixtures("local_stack")
def test_login_local_as_an_unknown_user_names_those_there_are(machine: Cli) -> None:
    result = machine.run("login", "--local", "carol")
    assert result.code == 3
    assert "it has: alice" in result.err


def test_login_local_without_a_stack_says_how_to_start_one(machine: Cli) -> None:
    result = machine.run("login", "--local", "alice")
    assert result.code == 1
    assert "bootseal local up" in result.err


def test_a_local_sign_in_follows_the_stack_to_its_new_token_and_address(
    machine: Cli, local_stack: Path, org: str
) -> None:
    machine.done("login", "--local", "alice")
    document = json.loads(local_stack.read_text())
    address = document["api_url"]
    document["api_url"] = "http://127.0.0.1:9"
    local_stack.write_text(json.dumps(document))
    assert machine.run("whoami").code == 5
    document["api_url"] = address
    document["users"]["alice"]["token"] = token_for(replace(ALICE, org=org, permissions="secrets:read"))
    local_stack.write_text(json.dumps(document))
    assert machine.done("whoami", "--json").json["permissions"] == ["secrets:read"]


def test_a_local_stacks_file_cannot_send_the_token_to_another_machine(machine: Cli, local_stack: Path) -> None:
    machine.done("login", "--local", "alice")
    document = json.loads(local_stack.read_text())
    document["api_url"] = "https://elsewhere.invalid"
    local_stack.write_text(json.dumps(document))
    assert machine.done("whoami", "--json").json["user"] == "alice"


def test_an_expired_local_token_says_what_renews_it(machine: Cli, local_stack: Path) -> None:
    import base64

    machine.done("login", "--local", "alice")
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time()) - 10}).encode()).decode()
    document = json.loads(local_stack.read_text())
    document["users"]["alice"]["token"] = f"made.{claims}.up"
    local_stack.write_text(json.dumps(document))
    result = machine.run("whoami")
    assert result.code == 3
    assert "bootseal local token alice" in result.err


def test_an_unset_token_variable_is_not_a_sign_in(machine: Cli) -> None:
    machine.env = {"BOOTSEAL_API_URL": "http://127.0.0.1:9", "BOOTSEAL_TOKEN": ""}
    assert machine.run("whoami").code == 3


def test_a_token_variable_of_several_lines_is_refused_without_repeating_it(machine: Cli) -> None:
    machine.env = {"BOOTSEAL_API_URL": "http://127.0.0.1:9", "BOOTSEAL_TOKEN": "eyJ\nX-Evil: 1"}
    result = machine.run("whoami")
    assert result.code == 3
    assert "Evil" not in result.err


def test_tokens_do_not_show_in_repr_or_format() -> None:
    from bootseal_cli.identity.current import GivenToken
    from bootseal_cli.identity.tokens import Tokens

    for held in (Tokens("access-secret", "refresh-secret", 1), GivenToken("access-secret")):
        assert "secret" not in f"{held!r} {held}"


def test_the_keyring_is_used_where_it_is_installed(machine: Cli, gateway: str, issuer: Issuer) -> None:
    """Stands in for the optional package with a backend that writes to a file, loaded in a process of its own."""
    package = machine.home / "site" / "keyring"
    (package / "backends").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "import pathlib\n"
        "_at = pathlib.Path(__file__).with_name('ring.txt')\n"
        "class _Backend: pass\n"
        "def get_keyring(): return _Backend()\n"
        "def set_password(service, name, text): _at.write_text(text)\n"
        "def get_password(service, name): return _at.read_text() if _at.exists() else None\n"
        "def delete_password(service, name): _at.unlink()\n"
    )
    (package / "backends" / "__init__.py").write_text("")
    for name in ("fail", "null"):
        (package / "backends" / f"{name}.py").write_text("class Keyring: pass\n")
    machine.env = {"PYTHONPATH": os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])}
    result = machine.process(*_arguments(gateway, issuer), "--device")
    assert result.code == 0, result.err
    assert "in the keyring" in result.err
    assert issuer.token not in _session_file(machine).read_text()
    assert issuer.token in (package / "ring.txt").read_text()
    assert machine.process("whoami").code == 0
    assert machine.process("logout").code == 0
    assert not (package / "ring.txt").exists()
