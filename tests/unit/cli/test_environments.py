"""Named sets of plain defaults, from the command line to the real functions."""

import json

from support.recorder import Call, Told, answering
from support.terminal import Cli


def test_set_makes_changes_and_removes_variables(alice: Cli) -> None:
    alice.done("environments", "set", "staging", "LOG_LEVEL=info", "REGION=eu", "-d", "For tests")
    after = alice.done("environments", "set", "staging", "LOG_LEVEL=debug", "--unset", "REGION", "--json").json
    assert (after["variables"], after["description"]) == ({"LOG_LEVEL": "debug"}, "For tests")
    replaced = alice.done("environments", "set", "staging", "ONLY=1", "--replace", "--json").json
    assert replaced["variables"] == {"ONLY": "1"}


def test_get_list_and_history_show_what_is_there(alice: Cli) -> None:
    alice.done("environments", "set", "staging", "A=1")
    alice.done("environments", "set", "staging", "A=2")
    assert "A         2" in alice.done("environments", "get", "staging").out
    assert [item["name"] for item in alice.done("environments", "list", "--json").json["items"]] == ["staging"]
    versions = alice.done("environments", "history", "staging", "--json").json["items"]
    assert [version["variables"] for version in versions] == [{"A": "2"}, {"A": "1"}]
    assert "A=2" in alice.done("environments", "history", "staging").out


def test_delete_needs_a_yes(alice: Cli) -> None:
    alice.done("environments", "set", "staging", "A=1")
    assert alice.run("environments", "delete", "staging").code == 2
    alice.done("environments", "delete", "staging", "--yes")
    result = alice.run("environments", "get", "staging")
    assert result.code == 1
    assert "bootseal environments list" in result.err


def test_what_looks_like_a_credential_is_refused_by_name_and_not_repeated(alice: Cli) -> None:
    value = "AKIA" + "Z" * 16
    result = alice.run("environments", "set", "staging", f"ACCESS_KEY={value}")
    assert result.code == 1
    assert "ACCESS_KEY" in result.err
    assert "--allow-sensitive" in result.err
    assert value not in result.err
    alice.done("environments", "set", "staging", f"ACCESS_KEY={value}", "--allow-sensitive")


def test_what_is_no_pair_is_counted_and_not_repeated(alice: Cli) -> None:
    result = alice.run("environments", "set", "staging", "A=1", "s3cr3t")
    assert result.code == 2
    assert "the 2. of the variables" in result.err
    assert "s3cr3t" not in result.err


def test_nothing_to_change_is_a_usage_error(alice: Cli) -> None:
    assert alice.run("environments", "set", "staging").code == 2


def test_readers_may_look_and_not_change(alice: Cli, bob: Cli) -> None:
    alice.done("environments", "set", "staging", "A=1")
    bob.done("environments", "get", "staging")
    assert bob.run("environments", "set", "staging", "A=2").code == 3


def test_an_environment_that_somebody_else_makes_meanwhile_is_not_overwritten(alice: Cli) -> None:
    """The service is asked to make one, and not to put one in the place of what may be there by now."""

    def tell(call: Call) -> Told:
        assert call.method == "GET" or call.headers["if-none-match"] == "*"
        status, code = (404, "environment_not_found") if call.method == "GET" else (412, "version_mismatch")
        return Told(status, json.dumps({"status": status, "title": "T", "detail": "D", "code": code}).encode())

    with answering(tell) as seen:
        alice.env["BOOTSEAL_API_URL"] = seen.address
        result = alice.run("environments", "set", "staging", "A=1")
    assert [call.method for call in seen.calls] == ["GET", "PUT"]
    assert result.code == 1
    assert "nothing was overwritten" in result.err
