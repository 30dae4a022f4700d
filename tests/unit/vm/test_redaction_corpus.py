"""Every form in which real programs show a value, cut at every point: nothing of the value comes through."""

import base64
import json
import re

import pytest

from bootseal_cli.vm.redactor.redactor import Redactor
from support.vm.encoders import ENCODERS, PARTIAL, WRAPPED

VALUES = {
    "PLAIN": "sk-proj-MadeUp0123456789abcdefABCDEF",
    "PASSWORD": "p@ss/w0rd+&=?#%:~*",
    "QUOTED": 'it\'s "made up" & <b>`x`</b> $HOME \\ !',
    "LINES": 'first made-up line\'s\nsecond made-up line\n\nthird "one"',
    "UNICODE": "Schlüssel-🗝-ключ",
    "DOC": '{"user": "made-up-user", "key": "abc/def+ghi=", "n": 1234567890, "deep": [{"pin": "0123\\n4567-89"}]}',
    "SIX": "s3cr3t",
}
BEFORE, AFTER = b"log: <<", b">> end\n"


def masked(redactor: Redactor, *chunks: bytes) -> bytes:
    """Return what a stream of `chunks` becomes."""
    masker = redactor.masker()
    return b"".join(masker.feed(chunk) for chunk in chunks) + masker.flush()


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("name", VALUES)
def test_a_form_is_masked_at_every_split_point(encoder: str, name: str) -> None:
    redactor = Redactor({name: VALUES[name]})
    form = ENCODERS[encoder](VALUES[name])
    data = BEFORE + form + AFTER
    expected = masked(redactor, data)
    assert f"[REDACTED:{name}]".encode() in expected
    assert left_over(expected) <= len(BEFORE + AFTER) + around(encoder)
    for cut in range(len(data) + 1):
        assert masked(redactor, data[:cut], data[cut:]) == expected
    assert masked(redactor, *(data[n : n + 1] for n in range(len(data)))) == expected


def left_over(output: bytes) -> int:
    """Return how many bytes of `output` are not masks."""
    return len(re.sub(rb"\[REDACTED:[A-Z]+\]", b"", output))


def around(encoder: str) -> int:
    """Return how many bytes the encoder itself puts around a value, with room for quotes of another kind."""
    neutral = b"neutral0"
    form = ENCODERS[encoder](neutral.decode())
    return len(form) - len(neutral) + 4 if neutral in form else 4


@pytest.mark.parametrize("encoder", PARTIAL)
@pytest.mark.parametrize("name", VALUES)
def test_base64_of_a_value_among_others_shows_at_most_a_character_at_each_end(encoder: str, name: str) -> None:
    redactor = Redactor({name: VALUES[name]})
    form = PARTIAL[encoder](VALUES[name])
    shown = masked(redactor, form)
    assert shown.count(f"[REDACTED:{name}]".encode()) == 1
    before, _, after = shown.partition(f"[REDACTED:{name}]".encode())
    assert len(before) <= len(base64.b64encode(b"uuuu")) - 1
    assert len(after) <= 1 + len(base64.b64encode(b"!!"))
    for cut in range(len(form) + 1):
        assert masked(redactor, form[:cut], form[cut:]) == shown


@pytest.mark.parametrize("encoder", WRAPPED)
def test_wrapped_base64_of_a_long_value_is_masked_line_by_line(encoder: str) -> None:
    value = "".join(f"{n:04d}-made-up-" for n in range(40))
    form = WRAPPED[encoder](value)
    shown = masked(Redactor({"LONG": value}), form)
    assert set(shown.split()) == {b"[REDACTED:LONG]"}


@pytest.mark.parametrize("encoder", [name for name in ENCODERS if name not in {"terminal", "shell bash set"}])
def test_each_long_line_and_each_leaf_is_masked_alone(encoder: str) -> None:
    redactor = Redactor({name: VALUES[name] for name in ("LINES", "DOC")})
    for part, name in (("second made-up line", "LINES"), ("made-up-user", "DOC"), ("abc/def+ghi=", "DOC")):
        shown = masked(redactor, ENCODERS[encoder](part))
        assert f"[REDACTED:{name}]".encode() in shown
        assert left_over(shown) <= around(encoder)


def test_a_number_in_json_is_a_leaf_and_a_short_leaf_is_not_masked() -> None:
    redactor = Redactor({"DOC": json.dumps({"pin": 12345678, "port": 5432, "host": "db", "on": True, "none": None})})
    assert masked(redactor, b"12345678 5432 db true") == b"[REDACTED:DOC] 5432 db true"


def test_lines_of_a_key_inside_json_are_masked() -> None:
    key = "-----BEGIN MADE UP KEY-----\nTWFkZVVwTGluZU9uZQ\nTWFkZVVwTGluZVR3bw\n-----END MADE UP KEY-----\n"
    redactor = Redactor({"ACCOUNT": json.dumps({"private_key": key})})
    shown = masked(redactor, b"  TWFkZVVwTGluZVR3bw\n-----BEGIN MADE UP KEY-----\n")
    assert shown == b"  [REDACTED:ACCOUNT]\n-----BEGIN MADE UP KEY-----\n"


def test_a_trailing_newline_of_the_value_does_not_keep_it_from_being_found() -> None:
    redactor = Redactor({"TOKEN": "made-up-token\n"})
    assert masked(redactor, b"made-up-token made-up-token\n") == b"[REDACTED:TOKEN] [REDACTED:TOKEN]"
    assert b"bWFkZ" not in masked(redactor, base64.b64encode(b"made-up-token"))


def test_short_values_are_named_in_one_warning_and_not_masked() -> None:
    redactor = Redactor({"PIN": "12345", "FLAG": "true", "LONG": "made-up-value"})
    assert redactor.warning() == "warning: not masked, shorter than 6 characters: PIN, FLAG"
    assert masked(redactor, b"12345 true made-up-value") == b"12345 true [REDACTED:LONG]"
    assert Redactor({"LONG": "made-up-value"}).warning() is None


def test_one_value_under_two_names_is_masked_by_the_first() -> None:
    redactor = Redactor({"FIRST": "made-up-value", "SECOND": "made-up-value"})
    assert masked(redactor, b"made-up-value") == b"[REDACTED:FIRST]"


def test_a_whole_value_keeps_its_name_where_it_is_also_a_line_of_another() -> None:
    redactor = Redactor({"BUNDLE": "made-up-one\nmade-up-two", "ONE": "made-up-one"})
    assert masked(redactor, b"made-up-one") == b"[REDACTED:ONE]"
    assert masked(redactor, b"made-up-two") == b"[REDACTED:BUNDLE]"
