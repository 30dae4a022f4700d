"""What of a history is kept."""

from hypothesis import given
from hypothesis import strategies as st

from bootseal.model import KEPT_VALUES, KEPT_VERSIONS
from bootseal.services.succession import trimmed

histories = st.lists(st.integers(0, 15), max_size=80).map(
    lambda values: [(f"v{index}", f"value-{value}") for index, value in enumerate(values)]
)


@given(histories, st.integers(0, 15))
def test_what_is_kept_and_what_is_dropped_make_up_the_history_in_order(
    history: list[tuple[str, str]], value: int
) -> None:
    kept, dropped = trimmed(history, f"value-{value}")
    assert [*dropped, *(version for version, _ in kept)] == [version for version, _ in history]


@given(histories, st.integers(0, 15))
def test_no_more_values_and_versions_are_kept_than_may_be(history: list[tuple[str, str]], value: int) -> None:
    kept, _ = trimmed(history, f"value-{value}")
    assert len({f"value-{value}", *(each for _, each in kept)}) <= KEPT_VALUES
    assert len(kept) <= KEPT_VERSIONS


@given(histories, st.integers(0, 15))
def test_the_newest_version_that_is_dropped_was_one_value_or_one_version_too_many(
    history: list[tuple[str, str]], value: int
) -> None:
    kept, dropped = trimmed(history, f"value-{value}")
    values = {f"value-{value}", *(each for _, each in kept)}
    if dropped:
        last = dict(history)[dropped[-1]]
        assert len(kept) == KEPT_VERSIONS or (len(values) == KEPT_VALUES and last not in values)
