"""Hostile input through whole functions: an answer below 500 that shows nothing of it, and nothing stored."""

import json
from typing import Any

import pytest

from support.aws import scan
from support.calls import call

CANARY = "canary-hostile-5e1d"
ONE = {"scope": "private", "name": "one", "value": CANARY}

pytestmark = pytest.mark.usefixtures("aws")

NAMES = {
    "a slash": "a%2Fb",
    "a slash, encoded twice": "a%252Fb",
    "a backslash": "a%5Cb",
    "the folder above": "..",
    "the folder above, encoded": "%2e%2e",
    "the folder above, encoded twice": "%252e%252e",
    "a NUL": "a%00",
    "an overlong slash": "a%c0%afb",
    "half a surrogate pair": "%ed%a0%80",
    "no UTF-8": "%ff%fe",
    "a cut escape": "a%2",
    "a separator of keys": "a%23b",
    "a line end": "a%0d%0aX-Injected:%201",
    "a full-width letter": "%ef%bc%a1",
    "100,000 letters": "a" * 100_000,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=list(NAMES))
@pytest.mark.parametrize("function", ["get_secret", "update_secret", "delete_secret", "list_versions"])
def test_a_hostile_name_in_a_path_is_refused_by_name(function: str, name: str) -> None:
    body = {"value": CANARY} if function == "update_secret" else None
    answer = call(function, path={"scope": "private", "name": name}, body=body)
    assert answer.status in (404, 422)
    assert "X-Injected" not in answer.headers
    assert CANARY not in answer.text
    assert len(answer.text) < 2_000
    assert not any(row["sk"]["S"].startswith("SECRET#") for row in scan())


@pytest.mark.parametrize("scope", ["project:..", "project:a%2Fb", "private:bob", "shared%23x", "%2e%2e", "PRIVATE", ""])
def test_a_hostile_scope_in_a_path_is_refused(scope: str) -> None:
    answer = call("get_secret", path={"scope": scope, "name": "one"})
    assert answer.status in (404, 422)


BODIES: dict[str, str] = {
    "nested 100,000 deep": '{"name": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "cut in the middle": json.dumps(ONE)[:-20],
    "100,000 fields": json.dumps({f"f{n}": 1 for n in range(100_000)}),
    "a field twice": json.dumps(ONE)[:-1] + ', "name": "two"}',
    "a field twice, once escaped": json.dumps(ONE)[:-1] + ', "n\\u0061me": "two"}',
    "half a surrogate pair": json.dumps({**ONE, "value": CANARY}).replace(CANARY, CANARY + "\\ud800"),
    "half a pair, not escaped": json.dumps({**ONE, "name": "x"}).replace("x", "\ud800"),
    "a number of 100,000 digits": json.dumps(ONE)[:-1] + ', "description": ' + "9" * 100_000 + "}",
    "NaN": json.dumps(ONE)[:-1] + ', "auto_install": NaN}',
    "a list": json.dumps([ONE]),
    "two documents": json.dumps(ONE) * 2,
    "a byte order mark": "\ufeff" + json.dumps(ONE),
    "a text": json.dumps(CANARY),
    "nothing": "",
    "a NUL in the value": json.dumps({**ONE, "value": CANARY + "\0"}),
    "over 5 MB": json.dumps({**ONE, "value": "x" * 5_100_000}),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_a_hostile_body_is_refused_and_nothing_of_it_is_stored_or_shown(body: str) -> None:
    answer = call("create_secret", body=body)
    assert 400 <= answer.status < 500
    assert CANARY not in answer.text
    assert len(answer.text) < 2_000
    assert not any("SCOPE" in row["pk"]["S"] for row in scan())


HEADERS: dict[str, dict[str, str]] = {
    "a huge Idempotency-Key": {"Idempotency-Key": "k" * 100_000},
    "a huge If-Match": {"If-Match": '"' + "v" * 100_000 + '"'},
    "a huge Content-Type": {"Content-Type": "application/json; charset=" + "x" * 100_000},
    "a line end in an If-Match": {"If-Match": '"a"\r\nX-Injected: 1'},
    "a thousand headers": {f"X-{number}": "x" * 100 for number in range(1_000)},
    "a huge User-Agent": {"User-Agent": "é\0\r\n" + "x" * 100_000},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=list(HEADERS))
def test_hostile_headers_are_refused_or_of_no_consequence(headers: dict[str, str]) -> None:
    call("create_secret", body=ONE)
    body: Any = {"description": "changed"}
    answer = call("update_secret", path={"scope": "private", "name": "one"}, body=body, headers=headers)
    assert answer.status in (200, 400, 412, 415)
    assert "X-Injected" not in answer.headers
    rows = [row for row in scan() if "user_agent" in row]
    assert rows
    assert all(len(row["user_agent"]["S"]) <= 200 and row["user_agent"]["S"].isprintable() for row in rows)
