"""What the document says of a field is what its rule says."""

import base64
import re
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal import field_types as f
from bootseal.encoding import from_base64
from bootseal.errors import BootsealError
from bootseal.model import parse_scope
from bootseal.names import check_name, check_slug


def passes(check: Callable[[str], object], text: str) -> bool:
    """Whether the rule takes the text."""
    try:
        check(text)
    except BootsealError:
        return False
    return True


RULES: dict[str, tuple[str, Callable[[str], object]]] = {
    "name": (f.NAME_PATTERN, check_name),
    "slug": (f.SLUG_PATTERN, lambda text: check_slug(text, "project")),
    "scope": (f.SCOPE_PATTERN, lambda text: parse_scope(text, "alice")),
    "base64": (f.BASE64_PATTERN, lambda text: from_base64(text, "value")),
}
TEXTS = st.text(alphabet=string.ascii_letters + string.digits + "+/=-_.:@ ", max_size=12)


@pytest.mark.parametrize("kind", RULES)
@given(text=TEXTS)
def test_a_pattern_takes_exactly_what_the_rule_takes(kind: str, text: str) -> None:
    pattern, check = RULES[kind]
    assert (re.fullmatch(pattern, text) is not None) == passes(check, text)


@pytest.mark.parametrize("kind", RULES)
def test_what_a_pattern_makes_passes_the_rule(kind: str) -> None:
    pattern, check = RULES[kind]

    @given(st.from_regex(pattern, fullmatch=True))
    def every(text: str) -> None:
        assert passes(check, text)

    every()


@given(st.binary(max_size=40))
def test_every_base64_text_of_ours_is_of_the_pattern(data: bytes) -> None:
    assert re.fullmatch(f.BASE64_PATTERN, base64.b64encode(data).decode())
