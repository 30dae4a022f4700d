"""Staged changes in rows: packed and read back, and refused where they were changed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal.adapters import pending
from bootseal.adapters.pending import Mark, Stage, Staged
from bootseal.adapters.settling import BYTES_MAX, OPERATIONS_MAX, grouped
from bootseal.errors import IntegrityError
from bootseal.model import SHARED

KEY: dict[str, Any] = {"pk": {"S": "ORG#acme#SCOPE#shared"}, "sk": {"S": "SECRET#A"}}
attributes = st.dictionaries(
    st.text(max_size=10),
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text(max_size=20)),
        st.builds(lambda data: {"B": data}, st.binary(max_size=40)),
        st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
        st.builds(lambda texts: {"L": [{"S": text} for text in texts]}, st.lists(st.text(max_size=5), max_size=3)),
    ),
    max_size=6,
)


def holding(blob: Any, import_id: str = "made-up") -> dict[str, Any]:
    return {**KEY, "pending": blob, "pending_import": {"S": import_id}}


@given(attributes, attributes)
def test_a_staged_change_comes_back_as_it_was_under_the_rows_own_key(
    row: dict[str, Any], audit: dict[str, Any]
) -> None:
    item = holding({"B": pending.packed(Staged(row, audit))})
    assert pending.staged_in(item) == Staged({**row, **KEY}, audit)


@pytest.mark.parametrize(
    "blob", [{"B": b""}, {"B": b"\xc1"}, {"B": b"\x93\x01\x02\x03"}, {"S": "text"}, {"B": b"\x92\xa1a\x80"}]
)
def test_a_staged_change_that_cannot_be_read_is_refused(blob: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        pending.staged_in(holding(blob))


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_staged_holds_only_under_the_mark_of_its_own_committed_import(stage: Stage) -> None:
    mark = Mark("made-up", stage, 0)
    assert mark.brings("made-up") is (stage in (Stage.COMMITTED, Stage.DONE))
    assert mark.brings("another") is False


@pytest.mark.parametrize("missing", ["import_id", "stage", "since"])
def test_a_mark_that_cannot_be_read_is_refused(missing: str) -> None:
    item = pending.mark_item("acme", SHARED, pending.HEAD, Mark("made-up", Stage.DONE, 5))
    assert pending.mark_from(item) == Mark("made-up", Stage.DONE, 5)
    with pytest.raises(IntegrityError):
        pending.mark_from({name: value for name, value in item.items() if name != missing})


def test_a_row_that_is_nothing_yet_is_nothing_without_its_mark() -> None:
    item = holding({"B": b""})
    assert pending.visible(item, None, "acme", SHARED) is None
    assert pending.visible(item, Mark("made-up", Stage.STAGING, 0), "acme", SHARED) is None
    assert pending.visible(item, Mark("made-up", Stage.ABORTED, 0), "acme", SHARED) is None
    with pytest.raises(IntegrityError):
        pending.visible(item, Mark("made-up", Stage.COMMITTED, 0), "acme", SHARED)


def test_a_row_that_was_emptied_by_hand_is_refused_and_not_taken_for_nothing() -> None:
    with pytest.raises(IntegrityError):
        pending.visible(KEY, None, "acme", SHARED)


@given(st.lists(st.tuples(st.integers(1, 43), st.integers(0, 150_000)), max_size=60))
def test_groups_keep_order_and_fit_one_transaction(sizes: list[tuple[int, int]]) -> None:
    work = [([number] * count, weight) for number, (count, weight) in enumerate(sizes)]
    groups = list(grouped(work))
    assert [operations for group in groups for operations in group] == [operations for operations, _ in work]
    for group in groups:
        assert sum(map(len, group)) <= OPERATIONS_MAX
        assert sum(sizes[operations[0]][1] for operations in group) <= BYTES_MAX
