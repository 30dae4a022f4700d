"""What the command line does when the service is slow, broken, gone or lying."""

import json
from pathlib import Path

import pytest

from bootseal_cli.api import transport
from support.recorder import Call, Told, answering
from support.terminal import Cli


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "BACKOFF_SECONDS", 0)
    monkeypatch.setattr(transport, "JITTER_SECONDS", 0)


@pytest.fixture
def machine(tmp_path: Path) -> Cli:
    """A machine with a token but no address yet."""
    return Cli(tmp_path, {"BOOTSEAL_TOKEN": "made-up-token-of-the-tests"})


IDENTITY = Told(200, json.dumps({"org": "acme", "user": "alice", "permissions": [], "projects": None}).encode())


def _problem(status: int, code: str, detail: str, **more: object) -> Told:
    document = {"status": status, "title": "T", "detail": detail, "code": code, "request_id": "req-1", **more}
    return Told(status, json.dumps(document).encode(), {"Content-Type": "application/problem+json"})


def _failing_first(times: int, failure: Told) -> list[Told]:
    return [failure] * times + [IDENTITY]


@pytest.mark.parametrize("status", [429, 502, 503, 504, 0])
def test_a_read_is_repeated_until_it_is_answered(machine: Cli, status: int) -> None:
    answers = _failing_first(2, Told(status))
    with answering(lambda _call: answers.pop(0)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        assert machine.done("whoami", "--json").json["user"] == "alice"
    assert len(seen.calls) == 3


@pytest.mark.parametrize(("status", "calls"), [(429, 5), (503, 5), (500, 1), (400, 1)])
def test_reads_are_given_up_after_four_more_tries_and_only_where_trying_helps(
    machine: Cli, status: int, calls: int
) -> None:
    with answering(lambda _call: Told(status)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert len(seen.calls) == calls
    assert result.code == (5 if calls > 1 else 1)


def test_nobody_listening_exits_5_and_names_the_address(machine: Cli) -> None:
    machine.env["BOOTSEAL_API_URL"] = "http://127.0.0.1:9"
    result = machine.run("whoami")
    assert result.code == 5
    assert "cannot reach http://127.0.0.1:9: no connection; is the service up" in result.err


def test_an_unknown_host_exits_5_and_says_so(machine: Cli) -> None:
    machine.env["BOOTSEAL_API_URL"] = "https://no-such-host.invalid"
    result = machine.run("whoami")
    assert result.code == 5
    assert "no such host" in result.err


def test_a_change_whose_answer_was_lost_is_not_sent_twice(machine: Cli) -> None:
    def tell(call: Call) -> Told:
        return Told(0) if call.method == "PATCH" else Told(200, b'{"version": "1"}', {"ETag": '"1"'})

    with answering(tell) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("secrets", "edit", "k", "-d", "x")
    assert result.code == 5
    assert [call.method for call in seen.calls] == ["GET", "PATCH"]
    assert seen.calls[1].headers["if-match"] == '"1"'


def test_a_throttled_change_is_sent_again_since_it_was_not_made(machine: Cli) -> None:
    answers = [Told(200, b"{}", {"ETag": '"1"'}), Told(429), Told(200)]
    with answering(lambda _call: answers.pop(0)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        machine.done("secrets", "edit", "k", "-d", "x")
    assert [call.method for call in seen.calls] == ["GET", "PATCH", "PATCH"]


def test_a_create_is_repeated_under_one_idempotency_key(machine: Cli) -> None:
    created = [Told(0), Told(503), Told(201, b'{"name": "k", "scope": "private", "env_name": "K"}')]
    with answering(lambda call: created.pop(0) if call.method == "POST" else IDENTITY) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        machine.done("secrets", "set", "k", "--no-seal", stdin="v")
    posts = [call for call in seen.calls if call.method == "POST"]
    assert len(posts) == 3
    assert len({call.headers["idempotency-key"] for call in posts}) == 1
    assert len({call.body for call in posts}) == 1


def test_a_redirect_is_not_followed_with_the_token(machine: Cli) -> None:
    with answering(lambda _call: IDENTITY) as other:
        with answering(lambda _call: Told(307, b"", {"Location": f"{other.address}/v1/whoami"})) as seen:
            machine.env["BOOTSEAL_API_URL"] = seen.address
            assert machine.run("whoami").code == 1
        assert other.calls == []


def test_a_refusal_shows_the_fields_at_fault_and_the_request(machine: Cli) -> None:
    errors = [{"field": "description", "message": "is over 1000 characters"}]
    with answering(lambda _call: _problem(400, "invalid_request", "The body cannot be read", errors=errors)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert result.code == 1
    assert result.err.splitlines() == [
        "error: The body cannot be read",
        "  description: is over 1000 characters",
        "  request id: req-1",
    ]


@pytest.mark.parametrize(
    ("status", "code", "exit_code", "step"),
    [
        (401, "not_authenticated", 3, "run `bootseal login`"),
        (403, "not_allowed", 3, "bootseal whoami"),
        (404, "secret_not_found", 1, "bootseal secrets list"),
        (409, "name_conflict", 1, "bootseal secrets set"),
        (409, "missing_required", 4, ""),
        (412, "version_mismatch", 1, "nothing was overwritten"),
        (422, "invalid_name", 6, ""),
        (422, "reserved_name", 6, ""),
        (422, "invalid_value", 6, ""),
        (422, "value_too_large", 6, ""),
        (500, "internal_error", 1, ""),
    ],
)
def test_each_refusal_has_its_exit_code_and_its_next_step(
    machine: Cli, status: int, code: str, exit_code: int, step: str
) -> None:
    with answering(lambda _call: _problem(status, code, "Said by the service.")) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert result.code == exit_code
    assert "Said by the service" in result.err
    assert step in result.err


@pytest.mark.parametrize(
    ("status", "code", "said", "once"),
    [
        (401, "not_authenticated", "Sign in again: bootseal login.", "bootseal login"),
        (404, "environment_not_found", "None; `bootseal environments list` shows them.", "bootseal environments list"),
    ],
)
def test_a_next_step_that_the_service_named_is_not_repeated(
    machine: Cli, status: int, code: str, said: str, once: str
) -> None:
    with answering(lambda _call: _problem(status, code, said)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        assert machine.run("whoami").err.count(once) == 1


def test_an_address_that_is_not_the_services_is_told_as_that(machine: Cli) -> None:
    with answering(lambda _call: Told(404, b"<html>no such page</html>")) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert result.code == 1
    assert "BOOTSEAL_API_URL" in result.err


def test_a_gateways_own_bare_answer_is_still_told_in_words(machine: Cli) -> None:
    with answering(lambda _call: Told(401, b'{"message":"Unauthorized"}')) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert result.code == 3
    assert "run `bootseal login`" in result.err


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b"", b"null"])
def test_a_success_that_is_no_bootseal_answer_is_an_error(machine: Cli, body: bytes) -> None:
    with answering(lambda _call: Told(200, body)) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("whoami")
    assert result.code == 1
    assert "check the address" in result.err


def test_an_error_text_cannot_drive_the_terminal(machine: Cli) -> None:
    with answering(lambda _call: _problem(400, "x", "a\x1b]0;owned\x07b\nerror: forged")) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        shown = machine.run("whoami").err
    assert "\x1b" not in shown
    assert "\\u001b]0;owned\\u0007b\\nerror: forged" in shown


def test_a_listing_that_repeats_its_cursor_is_an_error_and_not_a_short_list(machine: Cli) -> None:
    page = Told(200, json.dumps({"items": [{"name": "a"}], "next_cursor": "same"}).encode())
    with answering(lambda _call: page) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("secrets", "list", "--json")
    assert result.code == 1
    assert result.out == ""
    assert "would not be whole" in result.err


@pytest.mark.parametrize("changed", ["info", "public_key", "suite", "key_id"])
def test_a_service_that_describes_another_place_gets_no_value(machine: Cli, changed: str) -> None:
    """The client rebuilds what it seals to from its own identity: a server cannot talk it into another scope."""
    import base64

    from bootseal.sealing import SUITE_NAME, generate_key_pair, value_info

    honest: dict[str, object] = {
        "key_id": "k000001",
        "suite": SUITE_NAME,
        "public_key": base64.b64encode(generate_key_pair()[1]).decode(),
        "info": base64.b64encode(value_info("acme", "private:alice", "K")).decode(),
    }
    lies: dict[str, object] = {
        "info": base64.b64encode(value_info("acme", "shared", "K")).decode(),
        "public_key": base64.b64encode(b"short").decode(),
        "suite": "ROT13",
        "key_id": 7,
    }
    document = {**honest, changed: lies[changed]}
    key = Told(200, json.dumps(document).encode())
    with answering(lambda call: key if "public-key" in call.path else IDENTITY) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        result = machine.run("secrets", "set", "k", stdin="the-value-itself")
    assert result.code == 1
    assert [call.method for call in seen.calls] == ["GET", "GET"]
    assert "the-value-itself" not in result.out + result.err


def test_the_same_honest_service_gets_the_sealed_value(machine: Cli) -> None:
    import base64

    from bootseal.sealing import SUITE_NAME, generate_key_pair, open_sealed, value_info

    private, public = generate_key_pair()
    info = value_info("acme", "private:alice", "K")
    document = {
        "key_id": "k000001",
        "suite": SUITE_NAME,
        "public_key": base64.b64encode(public).decode(),
        "info": base64.b64encode(info).decode(),
    }
    created = Told(201, b'{"name": "k", "scope": "private", "env_name": "K"}')
    answers = {"POST": created, "GET": IDENTITY}
    key = Told(200, json.dumps(document).encode())
    with answering(lambda call: key if "public-key" in call.path else answers[call.method]) as seen:
        machine.env["BOOTSEAL_API_URL"] = seen.address
        machine.done("secrets", "set", "k", stdin="the-value-itself")
    sent = json.loads(seen.calls[-1].body)
    assert open_sealed(private, base64.b64decode(sent["encrypted_value"]), info) == b"the-value-itself"
    assert sent["key_id"] == "k000001"
    assert "value" not in sent


def test_proxies_of_the_environment_are_used_and_no_proxy_heeded(machine: Cli) -> None:
    with answering(lambda _call: IDENTITY) as proxy:
        machine.env |= {"http_proxy": proxy.address, "BOOTSEAL_API_URL": "http://127.0.0.1:9"}
        machine.done("whoami")
        assert proxy.calls[0].path == "http://127.0.0.1:9/v1/whoami"
        machine.env["no_proxy"] = "127.0.0.1"
        assert machine.run("whoami").code == 5
