"""What an import would do, as a table and as rules."""

from types import MappingProxyType
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal.model import Secret, SecretValue
from bootseal.names import env_name
from bootseal.services.import_plan import REFUSED, Entry, EntryStatus, OnConflict, plan, variables
from bootseal.services.values import SealedInput

VALUE = SecretValue("made-up")
THERE = MappingProxyType({"THERE": cast("Secret", object())})

names = st.sampled_from(["there", "THERE", "a", "A", "b.c", "B-C", "LD_PRELOAD", "1st", "", "ümlaut", "PATH"])


def statuses(entries: list[Entry], on_conflict: str = "fail", key_ids: frozenset[str] = frozenset()) -> list[str]:
    return [str(item.status) for item in plan(entries, THERE, key_ids, OnConflict(on_conflict))]


@pytest.mark.parametrize(
    ("on_conflict", "expected"), [("fail", "conflict"), ("skip", "skipped"), ("update", "updated")]
)
def test_what_exists_is_met_as_told(on_conflict: str, expected: str) -> None:
    assert statuses([Entry("there", VALUE), Entry("new", VALUE)], on_conflict) == [expected, "created"]


def test_a_name_twice_is_refused_whichever_way_it_is_written() -> None:
    items = plan([Entry("b.c", VALUE), Entry("B-C", VALUE), Entry("b_c", VALUE)], {}, (), OnConflict.UPDATE)
    assert [str(item.status) for item in items] == ["created", "invalid", "invalid"]
    assert {item.message for item in items[1:]} == {"becomes B_C, as entry 0 does"}


def test_a_sealed_value_needs_a_key_of_the_scope() -> None:
    sealed = Entry("a", SealedInput(b"x" * 60, "k000001"))
    assert statuses([sealed]) == ["invalid"]
    assert statuses([sealed], key_ids=frozenset({"k000001"})) == ["created"]


def test_an_entry_without_a_value_is_invalid_even_where_it_would_be_skipped() -> None:
    assert statuses([Entry("there", None)], "skip") == ["invalid"]
    assert statuses([Entry("there", None, problem="value: is empty")], "skip") == ["invalid"]


@given(st.lists(names, max_size=12), st.sampled_from(list(OnConflict)))
def test_every_entry_gets_one_status_and_each_variable_is_written_at_most_once(
    named: list[str], on_conflict: OnConflict
) -> None:
    items = plan([Entry(name, VALUE) for name in named], THERE, (), on_conflict)
    assert [item.index for item in items] == list(range(len(named)))
    written = [item.env_name for item in items if item.status not in REFUSED and item.status is not EntryStatus.SKIPPED]
    assert len(written) == len(set(written))
    assert {item.status is EntryStatus.CREATED and item.env_name == "THERE" for item in items} <= {False}


@given(st.lists(st.text(max_size=20), max_size=6))
def test_no_name_that_is_no_name_is_repeated(texts: list[str]) -> None:
    for text, item in zip(texts, plan([Entry(text, VALUE) for text in texts], {}, (), OnConflict.FAIL), strict=True):
        if item.name is None:
            assert item.status is EntryStatus.INVALID
            assert len(text) < 4 or text not in item.message
        else:
            assert item.env_name == env_name(text)


def test_the_variables_of_entries_leave_out_what_is_no_name() -> None:
    assert variables([Entry("a-b", VALUE), Entry("1st", VALUE), Entry("A_B", VALUE)]) == {"A_B"}


def test_an_entry_does_not_show_its_value() -> None:
    entry: Any = Entry("a", SecretValue("made-up-secret"))
    assert "made-up-secret" not in repr(entry)
