"""Escapes that are not tried because they would change nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal_cli.vm.redactor import escapes


@pytest.mark.parametrize("kind", range(len(escapes._KINDS)))
def test_a_kind_of_escape_changes_nothing_in_a_text_of_what_it_is_said_to_leave_alone(kind: int) -> None:
    left_alone, forms = escapes._KINDS[kind]

    @given(st.text(st.sampled_from(left_alone.decode()), min_size=1, max_size=40))
    def check(text: str) -> None:
        assert set(forms(text)) == {text}

    check()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_every_form_of_every_kind_is_among_the_forms_or_is_the_text_itself(text: str) -> None:
    every = {form for _, forms in escapes._KINDS for form in forms(text)}
    assert every <= {text, *escapes.escaped(text)}
