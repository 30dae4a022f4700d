"""The masker hides every text at any chunk boundary and holds back no more than it must."""

import itertools

import pytest

from bootseal_cli.vm.redactor.masker import Masker
from bootseal_cli.vm.redactor.patterns import Patterns
from support.vm.naive_masker import mask


def masker_of(names: dict[bytes, str]) -> Masker:
    """Return a masker for these texts."""
    patterns = Patterns(names)
    return Masker(lambda: patterns)


def fed(names: dict[bytes, str], *chunks: bytes) -> bytes:
    """Return what comes out for `chunks`, the end included."""
    masker = masker_of(names)
    return b"".join(masker.feed(chunk) for chunk in chunks) + masker.flush()


CASES = {
    "alone": ({b"hunter2-x": "A"}, b"hunter2-x", b"[REDACTED:A]"),
    "inside": ({b"hunter2-x": "A"}, b"<hunter2-x>", b"<[REDACTED:A]>"),
    "adjacent": ({b"first-one": "A", b"second-one": "B"}, b"first-onesecond-one", b"[REDACTED:A][REDACTED:B]"),
    "twice": ({b"first-one": "A"}, b"first-onefirst-one", b"[REDACTED:A][REDACTED:A]"),
    "longest first": ({b"abcdef": "A", b"abcdefgh": "B"}, b"abcdefgh abcdefg", b"[REDACTED:B] [REDACTED:A]g"),
    "longer does not complete": (
        {b"abcdef": "A", b"abcdefghijklmnop": "B"},
        b"abcdefghijklmnoX",
        b"[REDACTED:A]ghijklmnoX",
    ),
    "overlapping": ({b"abcdef": "A", b"defghi": "B"}, b"abcdefghi", b"[REDACTED:A][REDACTED:B]"),
    "overlapping itself": ({b"abcabc": "A"}, b"xabcabcabcx", b"x[REDACTED:A]x"),
    "one inside another": ({b"abcdefghijklmnopq": "A", b"efghij": "B"}, b"abcdefghijklmnopq", b"[REDACTED:A]"),
    "inner one of a broken outer": (
        {b"abcdefghijklmnopq": "A", b"efghij": "B"},
        b"abcdefghijklmno!",
        b"abcd[REDACTED:B]klmno!",
    ),
    "begins again": ({b"aaaaab": "A"}, b"aaaaaaab", b"aa[REDACTED:A]"),
    "short outer": ({b"xxabcdefyy": "A", b"abcdef": "B"}, b"xxabcdefyy xxabcdefy", b"[REDACTED:A] xx[REDACTED:B]y"),
    "same beginning": ({b"sk-proj-0001-aaaa": "A", b"sk-proj-0001-bbbb": "B"}, b"sk-proj-0001-bbbb", b"[REDACTED:B]"),
    "nothing": ({b"abcdef": "A"}, b"abcde abcd", b"abcde abcd"),
    "no texts at all": ({}, b"abcdef", b"abcdef"),
    "binary": ({b"\x00\xff\xfe\x80\n\r": "A"}, b"\xff\x00\xff\xfe\x80\n\r\x00", b"\xff[REDACTED:A]\x00"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_split_gives_the_same(case: str) -> None:
    names, data, expected = CASES[case]
    assert mask(data, names) == expected
    assert fed(names, data) == expected
    assert fed(names, *(data[n : n + 1] for n in range(len(data)))) == expected
    for first, second in itertools.combinations_with_replacement(range(len(data) + 1), 2):
        assert fed(names, data[:first], data[first:second], data[second:]) == expected


def test_what_can_be_no_beginning_goes_out_at_once() -> None:
    masker = masker_of({b"secret-value-one": "A"})
    assert masker.feed(b"hello\n> ") == b"hello\n> "
    assert masker.feed(b"secret-value") == b""
    assert masker.feed(b"-two") == b"secret-value-two"
    assert masker.held == b""


def test_no_more_is_held_than_may_begin_a_text() -> None:
    masker = masker_of({b"secret-value-one": "A"})
    assert masker.feed(b"se secret-valuse") == b"se secret-valu"
    assert masker.held == b"se"


def test_an_endless_line_is_held_only_as_long_as_the_longest_text() -> None:
    longest = b"a" * 5_000
    masker = masker_of({longest + b"b": "A"})
    out = 0
    for _ in range(200):
        out += len(masker.feed(b"a" * 1_000))
        assert len(masker.held) <= len(longest) + 1_000
    assert out == 200_000 - len(masker.held)


def test_flush_gives_a_broken_beginning_and_masks_what_is_complete_in_it() -> None:
    masker = masker_of({b"line-one\nline-two": "A", b"line-one": "A"})
    assert masker.feed(b"line-one\nline") == b""
    assert masker.flush() == b"[REDACTED:A]\nline"
    assert masker.feed(b"line-one!") == b"[REDACTED:A]!"


def test_release_shows_a_beginning_and_the_rest_is_still_masked() -> None:
    masker = masker_of({b"secret-value": "A"})
    assert masker.feed(b"> se") == b"> "
    assert masker.release() == b"se"
    assert masker.release() == b""
    assert masker.feed(b"cret-val") == b""
    assert masker.feed(b"ue.") == b"[REDACTED:A]."


def test_release_of_what_is_no_text_changes_nothing() -> None:
    masker = masker_of({b"secret-value": "A"})
    out = masker.feed(b"sec") + masker.release() + masker.feed(b"ond secret-") + masker.release() + masker.feed(b"x")
    assert out + masker.flush() == b"second secret-x"


def test_a_mask_is_not_repeated_over_what_it_already_hides() -> None:
    assert fed({b"abcdef": "A", b"bcdefg": "A"}, b"abcdefg") == b"[REDACTED:A]"
    assert fed({b"abcdef": "A", b"bcdefg": "B"}, b"abcdef!") == b"[REDACTED:A]!"


def test_nothing_is_prepared_for_a_stream_that_says_nothing() -> None:
    def prepare() -> Patterns:
        raise AssertionError("asked for patterns")

    masker = Masker(prepare)
    assert masker.feed(b"") + masker.release() + masker.flush() == b""
