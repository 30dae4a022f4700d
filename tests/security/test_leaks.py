"""Canaries: everything is done once with all logging on, then every place where something stays is searched."""

import base64
import io
import json
import logging
import sys
import traceback
import urllib.parse
from collections.abc import Iterator

import pytest

from bootseal import bootstrap
from bootseal.boot_model import hash_token
from bootseal.sealing import bundle_info, generate_key_pair, open_sealed
from support.aws import read_template, scan
from support.calls import LAUNCHER, call, create, inject, issue
from support.logs import logged

CANARY = 'Canary "9f2c" \\ Zq7+/=&<é>'
ONE = {"scope": "private", "name": "one"}

pytestmark = pytest.mark.usefixtures("aws")


def forms(value: str) -> dict[str, bytes]:
    """A value as it may stand somewhere: raw and encoded."""
    raw = value.encode()
    shifted = {f"base64 at {n}": base64.b64encode(b"x" * n + raw)[4 if n else 0 : -4] for n in range(3)}
    return {
        "raw": raw,
        "UTF-16": value.encode("utf-16-le"),
        "JSON": json.dumps(value)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(value)[1:-1])[1:-1].encode(),
        "repr": repr(value)[1:-1].encode(),
        "hex": raw.hex().encode(),
        "URL": urllib.parse.quote(value).encode(),
        "form": urllib.parse.quote_plus(value).encode(),
        "reversed": raw[::-1],
        **shifted,
    }


def found_in(place: bytes, *values: str) -> list[str]:
    return [f"{form} of {value[:6]}" for value in values for form, text in forms(value).items() if text in place]


@pytest.fixture
def everything_printed(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Every logger at DEBUG, the functions' own and the root's, and the SDK's stack of them."""
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    root, text = logging.getLogger(), io.StringIO()
    handler, before = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with logged() as own:
        yield text
        text.write(own.getvalue())
    root.setLevel(before)
    root.removeHandler(handler)


def items_of_the_table() -> bytes:
    """Every attribute of every row, binaries as they are and as text."""
    rows = scan()
    raw = b"\n".join(a["B"] for row in rows for a in row.values() if isinstance(a.get("B"), bytes))
    return repr(rows).encode() + json.dumps(rows, default=repr, ensure_ascii=False).encode() + raw


def test_the_search_would_find_a_canary_in_each_form() -> None:
    for form, text in forms(CANARY).items():
        assert found_in(b"before " + text + b" after", CANARY), form


def test_no_value_and_no_token_is_in_logs_rows_or_answers_after_everything_was_done(
    everything_printed: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = [
        create("one", CANARY),
        create("one", CANARY),
        create("path", CANARY),
        create("bad name", CANARY),
        create("two", CANARY + "\0"),
        create("three", CANARY, "nowhere"),
        call("create_secret", body={"name": "x", "scope": "private", "value": CANARY, CANARY: 1}),
        call("create_secret", body={"name": CANARY, "scope": CANARY, "value": [CANARY]}),
        call("create_secret", body='{"name": "x", "value": "' + "sk-" + CANARY),
        call("update_secret", path=ONE, body={"value": CANARY, "description": CANARY * 100}),
        call("update_secret", path=ONE, body={"value": CANARY + "2"}),
        call("update_secret", path=ONE, body={"value": CANARY}, headers={"If-Match": '"stale"'}),
        call("import_secrets", body={"scope": "shared", "entries": [{"name": "four", "value": CANARY}]}),
        call("clone_secret", path=ONE, body={"scope": "shared"}),
        call("rotate_scope_key", path={"scope": "shared"}, body={}),
        call("get_secret", path=ONE),
        call("list_secrets"),
        call("list_versions", path=ONE),
        call("preview_boot"),
        call("query_audit", query={"actor": "alice"}),
        call("put_environment", path={"name": "staging"}, body={"variables": {"TOKEN": f"ghp_{'a1B2' * 9}"}}),
    ]
    token, (private, public) = issue(), generate_key_pair()
    boot = inject(token, public_key=base64.b64encode(public).decode())
    opened = open_sealed(private, base64.b64decode(boot.json["sealed_env"]), bundle_info(token)).decode()
    assert json.loads(opened)["ONE"] == CANARY + "2"
    thief = inject(token, public_key=base64.b64encode(generate_key_pair()[1]).decode())
    assert thief.code == "token_used"
    body = {"templates": {"a": "{{ONE}}"}, "target": "text", "user": "alice"}
    assert CANARY in call("resolve_templates", LAUNCHER, body=body).json["resolved"]["a"]
    scope_key = bootstrap.opener().unwrapped._held
    keys = [base64.b64encode(key).decode() for _, key in scope_key.values()]
    assert keys

    printed = capfd.readouterr()
    logs = (everything_printed.getvalue() + printed.out + printed.err).encode()
    assert len(logs) > 1_000
    said = "\n".join(answer.text + str(dict(answer.headers)) for answer in [*answers, boot, thief]).encode()
    secrets = (CANARY, token, token.split(".")[0], *keys)
    assert found_in(logs, *secrets) == []
    assert found_in(said, *secrets) == []
    assert found_in(items_of_the_table(), *secrets) == []
    assert hash_token(token).encode() in items_of_the_table()


def test_a_traceback_of_a_failing_function_is_not_printed_and_its_objects_show_nothing(
    monkeypatch: pytest.MonkeyPatch, everything_printed: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """A bug that raises with the value in its message, in the deepest place: sealing."""

    def broken(*arguments: object, **_: object) -> None:
        raise RuntimeError(f"bug with {arguments!r} {CANARY}")

    monkeypatch.setattr("bootseal.services.values.seal", broken)
    answer = create("one", CANARY)
    assert (answer.status, answer.code) == (500, "internal_error")
    printed = capfd.readouterr()
    everything = (everything_printed.getvalue() + printed.out + printed.err + answer.text).encode()
    assert b"crashed" in everything
    assert found_in(everything, CANARY) == []


def test_what_a_process_holds_between_calls_is_no_value(everything_printed: io.StringIO) -> None:
    create("one", CANARY)
    assert inject(issue()).json["env"]["ONE"] == CANARY
    held = [repr(made()) for name, made in vars(bootstrap).items() if name in ("boot", "opener", "secret_editor")]
    frames = "".join(traceback.format_stack(sys._getframe()))
    assert found_in((" ".join(held) + frames).encode(), CANARY) == []


def test_nothing_of_a_call_goes_to_traces_or_execution_logs() -> None:
    """Tracing would carry what the SDK is asked, and API Gateway's execution logs carry bodies: neither is on."""
    text = json.dumps(read_template())
    assert "TracingEnabled" not in text
    assert '"Tracing"' not in text
    assert '"DataTraceEnabled": true' not in text
    assert "POWERTOOLS_LOGGER_LOG_EVENT" not in text
    assert "AWSXRay" not in text
