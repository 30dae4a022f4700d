"""The values the product is about, and that a secret's value hides itself."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bootseal.errors import InvalidScope, InvalidValue, Unprocessable, ValueTooLarge
from bootseal.model import (
    SHARED,
    VALUE_MAX_BYTES,
    Caller,
    ScopeKey,
    SealedValue,
    SecretValue,
    check_description,
    check_hint,
    parse_scope,
    parse_scope_key,
    private_scope,
    project_scope,
)
from bootseal.schemas import CreateSecret, UpdateSecret
from bootseal.services.values import SealedInput

CANARY = "sk-canary-" + "Zq7" * 6 + "-9f2c"


@pytest.mark.parametrize(
    "text",
    ["a", " ", "\n", "é", "\U0001f525", "a" * VALUE_MAX_BYTES, "é" * (VALUE_MAX_BYTES // 2), "\x01\x7f", "\ufeffx"],
)
def test_a_value_comes_back_as_it_was(text: str) -> None:
    assert SecretValue(text).reveal() == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", InvalidValue),
        ("\0", InvalidValue),
        ("a\0b", InvalidValue),
        ("\ud800", InvalidValue),
        ("a\udfff", InvalidValue),
        ("a" * (VALUE_MAX_BYTES + 1), ValueTooLarge),
        ("é" * (VALUE_MAX_BYTES // 2) + "a", ValueTooLarge),
    ],
)
def test_what_no_variable_can_hold_is_refused_and_not_quoted(text: str, kind: type[InvalidValue]) -> None:
    with pytest.raises(kind) as refused:
        SecretValue(text)
    assert refused.value.fields[0].field == "value"
    assert len(text) < 2 or text not in str(refused.value)


SHOWS: dict[str, Callable[[SecretValue], object]] = {
    "repr": repr,
    "str": str,
    "format": lambda v: f"{v}{v!r}{v!s}{v:>40}",
    "percent": lambda v: "%s %r" % (v, v),  # noqa: UP031
    "bytes": lambda v: repr(v).encode(),
    "in a list": lambda v: str([v, {"a": v}, (v,)]),
    "dir": lambda v: str(dir(v)),
    "logging": lambda v: logging.LogRecord("x", 20, "f", 1, "%s", (v,), None).getMessage(),
    "vars": lambda v: str(getattr(v, "__dict__", "")),
    "ascii": ascii,
}


@pytest.mark.parametrize("show", SHOWS)
def test_nothing_that_prints_a_value_shows_it(show: str) -> None:
    assert CANARY not in str(SHOWS[show](SecretValue(CANARY)))


REFUSES: dict[str, Callable[[Any], object]] = {
    "pickle 0": lambda v: pickle.dumps(v, 0),
    "pickle 2": lambda v: pickle.dumps(v, 2),
    "pickle 5": lambda v: pickle.dumps(v, 5),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "state": lambda v: v.__getstate__(),
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "to builtins": msgspec.to_builtins,
    "equality": lambda v: v == SecretValue(CANARY),
    "hash": hash,
    "vars": vars,
    "length": len,
    "iteration": iter,
    "joining": lambda v: b"".join([v]),
}


@pytest.mark.parametrize("way", REFUSES)
def test_a_value_refuses_to_be_taken_elsewhere(way: str) -> None:
    with pytest.raises(TypeError) as refused:
        REFUSES[way](SecretValue(CANARY))
    assert CANARY not in str(refused.value)


@dataclasses.dataclass
class Holder:
    value: SecretValue


def test_a_dataclass_that_holds_a_value_does_not_give_it_away() -> None:
    held = Holder(SecretValue(CANARY))
    assert CANARY not in repr(held)
    with pytest.raises(TypeError):
        dataclasses.asdict(held)


def test_a_traceback_with_its_locals_does_not_show_a_held_value() -> None:
    value = SecretValue(CANARY)
    try:
        raise RuntimeError(value)  # noqa: TRY301 - the frame that holds it is the point
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "SecretValue(hidden)" in shown
    assert value.reveal() not in shown


@pytest.mark.parametrize(
    "body",
    [
        msgspec.convert({"name": "a", "scope": "shared", "value": CANARY}, CreateSecret),
        msgspec.convert({"value": CANARY}, UpdateSecret),
        SealedInput(CANARY.encode(), "k000001"),
        SealedValue(CANARY.encode(), "k000001", "s", None),
        ScopeKey("acme", SHARED, 1, b"p", CANARY.encode(), "t"),
    ],
    ids=lambda body: type(body).__name__,
)
def test_what_carries_a_value_or_a_key_does_not_print_it(body: Any) -> None:
    rich = list(body.__rich_repr__()) if hasattr(body, "__rich_repr__") else []
    assert CANARY not in f"{body!r}{body}{rich}"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x" * 23, None),
        ("sk-a" + "x" * 16 + "9f2c", "sk-a…9f2c"),
        ("sk-a" + "x" * 15 + "\n9f2c", None),
        ("sk-a" + "x" * 15 + "é9f2c", None),
        ("sk-a" + "x" * 15 + "\t9f2c", None),
        ("sk-a" + "x" * 20 + "9f2\n", None),
        ("    " + "x" * 16 + "    ", "    …    "),
    ],
)
def test_a_hint_shows_eight_characters_of_long_plain_values_only(text: str, hint: str | None) -> None:
    assert SecretValue(text).hint() == hint


@pytest.mark.parametrize(
    "hint", ["", "sk-a...9f2c", "sk-a…9f2", "sk-a…9f2cx", "sk-a…9f2\n", "sk-é…9f2c", "…", "sk-a…9f2c\n", "x" * 10_000]
)
def test_a_hint_of_another_shape_is_refused(hint: str) -> None:
    with pytest.raises(Unprocessable):
        check_hint(hint)


@pytest.mark.parametrize("text", ["", "x" * 1_000, "a\nb\tc", "é\U0001f525", "<b>"])
def test_a_description_is_kept(text: str) -> None:
    assert check_description(text) == text


@pytest.mark.parametrize("text", ["x" * 1_001, "a\x00", "a\x1b[31m", "a\rb", "\x7f", "\x85", "\u202eevil", "\u2028"])
def test_a_description_that_could_fool_a_reader_or_a_terminal_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable):
        check_description(text)


def test_scopes_are_read_from_a_callers_point_of_view() -> None:
    assert parse_scope("private", "alice") == private_scope("alice")
    assert parse_scope("shared", "alice") == SHARED
    assert parse_scope("project:web", "alice") == project_scope("web")


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Private",
        "PRIVATE",
        "private:bob",
        "private:",
        "shared:",
        "shared ",
        "project",
        "project:",
        "project:A",
        "project:a/b",
        "project:a#b",
        "project:a\n",
        "project::a",
        "project:%61",
        "proje\u0441t:a",
        "private#bob",
        "*",
    ],
)
def test_any_other_scope_is_refused(label: str) -> None:
    with pytest.raises(InvalidScope):
        parse_scope(label, "alice")


@pytest.mark.parametrize("scope", [private_scope("a:b|c"), project_scope("web"), SHARED])
def test_a_scope_key_is_read_back(scope: Any) -> None:
    assert parse_scope_key(scope.key) == scope


@pytest.mark.parametrize("key", ["", "privat:a", "shared:x", "private:", "private", "project", "project:", "project:A"])
def test_a_scope_key_that_no_scope_has_is_refused(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the enum's, or our own
        parse_scope_key(key)


def test_what_a_caller_sees() -> None:
    limited = Caller("acme", "alice", frozenset(), frozenset({"web"}))
    assert limited.sees(private_scope("alice"))
    assert not limited.sees(private_scope("bob"))
    assert limited.sees(project_scope("web"))
    assert not limited.sees(project_scope("api"))
    assert limited.sees(SHARED)
    assert Caller("acme", "alice", frozenset()).sees(project_scope("api"))
    assert not Caller("acme", "alice", frozenset(), frozenset()).sees(project_scope("api"))


def test_the_label_of_a_private_scope_does_not_say_whose_it_is() -> None:
    assert private_scope("alice").label == "private"
    assert "alice" in private_scope("alice").key
