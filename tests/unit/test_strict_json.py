"""JSON from outside: what is refused, and that nothing refused is quoted."""

from typing import Literal

import msgspec
import pytest

from bootseal.errors import InvalidRequest, UnknownField
from bootseal.strict_json import DEPTH_MAX, convert, loads, parse

CANARY = "Canary9f2c"


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    optional: bool = False


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    mode: Literal["fail", "skip"] = "fail"
    number: int = 1
    words: tuple[str, ...] = ()
    table: dict[str, int] = {}
    inner: Inner | None = None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}{}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b"[" + b"1" * 5_000 + b"]",
        b'["\\ud800"]',
        b'["\\udc00\\ud800"]',
        b'{"\\ud800": 1}',
        b'["\xed\xa0\x80"]',  # a surrogate in UTF-8
        b'["\xc0\xaf"]',  # overlong
        b'["\xe0\x80\xaf"]',
        b'["\xf8\x88\x80\x80\x80"]',
        b'["\xf4\x90\x80\x80"]',  # beyond U+10FFFF
        b'["\x01"]',
        b'["\n"]',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-16-le"),
        '{"a": 1}'.encode("utf-32"),
        b"\xef\xbb\xbf{}",
        b"\xff",
    ],
)
def test_what_is_not_strict_json_in_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match=r"not valid JSON in UTF-8\."):
        loads(body)


@pytest.mark.parametrize("written", ["60", "60.0", "6e1", "600.00e-1"])
def test_a_number_without_a_fraction_is_an_integer_however_written(written: str) -> None:
    assert parse(f'{{"number": {written}}}', Shape).number == 60


@pytest.mark.parametrize("written", ["60.5", "1e17", "9007199254740994.0", "true", '"60"'])
def test_no_other_number_is_an_integer(written: str) -> None:
    with pytest.raises(InvalidRequest, match="number"):
        parse(f'{{"number": {written}}}', Shape)


@pytest.mark.parametrize("body", ['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '[{"b":1,"\\u0062":2}]'])
def test_a_field_named_twice_is_refused_at_any_depth_and_however_spelled(body: str) -> None:
    with pytest.raises(InvalidRequest, match="same field twice"):
        loads(body)


@pytest.mark.parametrize("open_close", [("[", "]"), ('{"a":', "}")])
def test_nesting_is_accepted_to_the_limit_and_no_deeper(open_close: tuple[str, str]) -> None:
    opening, closing = open_close
    loads(opening * (DEPTH_MAX - 1) + "1" + closing * (DEPTH_MAX - 1))
    with pytest.raises(InvalidRequest, match="nested deeper"):
        loads(opening * DEPTH_MAX + "1" + closing * DEPTH_MAX)


@pytest.mark.parametrize("depth", [1_000, 100_000, 2_000_000])
def test_absurd_nesting_is_an_answer_and_not_a_crash(depth: int) -> None:
    with pytest.raises(InvalidRequest):
        loads("[" * depth)
    with pytest.raises(InvalidRequest):
        loads('{"a":' * depth)


def test_a_hundred_thousand_fields_are_an_answer() -> None:
    body = "{" + ",".join(f'"f{n}":{n}' for n in range(100_000)) + "}"
    with pytest.raises(UnknownField):
        parse(body, Shape)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"mode": CANARY}, "mode"),
        ({"number": CANARY}, "number"),
        ({"number": 1.5}, "number"),
        ({"number": True}, "number"),
        ({"words": [CANARY, 1]}, "words[1]"),
        ({"words": CANARY}, "words"),
        ({"table": {CANARY: CANARY}}, "table[...]"),
        ({"inner": {"key": 1, "optional": False}}, "inner.key"),
        ({"inner": {"key": CANARY, "optional": CANARY}}, "inner.optional"),
        ({"inner": {}}, "inner.key"),
        ([CANARY], "body"),
        (CANARY, "body"),
        (None, "body"),
    ],
)
def test_a_refusal_names_the_field_and_never_what_was_in_it(document: object, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        convert(document, Shape)
    assert [fault.field for fault in refused.value.fields] == [field]
    everything = f"{refused.value}{refused.value.fields}"
    assert CANARY not in everything
    assert CANARY.lower() not in everything


@pytest.mark.parametrize("name", [CANARY, "sk-made-up", "a" * 40, "`", "x`y`z9", "é", "", "a b", "<img src=x>"])
def test_an_unknown_field_is_named_only_where_it_looks_like_a_field(name: str) -> None:
    with pytest.raises(UnknownField) as refused:
        convert({name: 1}, Shape)
    assert name == "" or name not in str(refused.value)


def test_an_unknown_field_that_looks_like_one_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownField, match="valeu: is not a field of this call; it knows mode"):
        parse('{"valeu": "x"}', Shape, "mode")


def test_an_unknown_field_further_in_is_not_told_the_fields_of_the_body_around_it() -> None:
    with pytest.raises(UnknownField, match=r"inner\.valeu: is not a field of this call$"):
        parse('{"inner": {"valeu": "x"}}', Shape, "mode")
