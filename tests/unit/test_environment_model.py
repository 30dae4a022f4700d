"""The rules of environments that need no service."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal.environment_model import Environment, check_variables, next_version
from bootseal.errors import BootsealError, InvalidName
from bootseal.names import is_reserved
from bootseal.services.boot_environments import defaults_below
from bootseal.signing import environment_statement

VARIABLE = st.from_regex(r"[A-Z_][A-Z0-9_]{0,20}", fullmatch=True)
VARIABLES = st.dictionaries(VARIABLE.filter(lambda name: not is_reserved(name)), st.text(max_size=50), max_size=8)


def made(variables: dict[str, str], **fields: object) -> Environment:
    values = {"org": "acme", "name": "staging", "description": "", "version": "v", **fields}
    times = {"created_at": "t", "created_by": "u", "updated_at": "t", "updated_by": "u"}
    return Environment(variables=tuple(sorted(variables.items())), **{**times, **values})  # type: ignore[arg-type]


def test_versions_sort_by_age() -> None:
    versions, version = [], None
    for _ in range(200):
        version = next_version(version)
        versions.append(version)
    assert versions == sorted(versions)
    assert len(set(versions)) == 200


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=4))
def test_variables_are_taken_as_they_are_or_refused_with_a_reason(variables: dict[str, str]) -> None:
    if all(re.fullmatch(r"[A-Z_][A-Z0-9_]{0,127}", name) and not is_reserved(name) for name in variables) and not any(
        "\0" in value for value in variables.values()
    ):
        assert dict(check_variables(variables)) == variables
        return
    with pytest.raises(BootsealError) as caught:
        check_variables(variables)
    assert caught.value.fields[0].field.startswith("variables")


@given(st.text(alphabet=string.printable, min_size=1).filter(lambda text: not text.replace("_", "a").isalnum()))
def test_a_name_that_is_none_is_not_repeated(pasted: str) -> None:
    if all(c in string.ascii_letters + string.digits + "_.-" for c in pasted):
        return
    with pytest.raises(InvalidName) as caught:
        check_variables({pasted: "x"})
    assert caught.value.fields[0].field == "variables"


@given(VARIABLES, st.sets(VARIABLE))
def test_defaults_fill_in_exactly_what_no_secret_takes(variables: dict[str, str], taken: set[str]) -> None:
    assert defaults_below(made(variables), taken) == {k: v for k, v in variables.items() if k not in taken}


def test_a_default_that_has_become_reserved_since_does_not_reach_a_vm() -> None:
    assert defaults_below(made({"LD_PRELOAD": "x", "A": "1"}), ()) == {"A": "1"}


def test_there_are_no_defaults_without_an_environment() -> None:
    assert defaults_below(None, ()) == {}


@given(VARIABLES, VARIABLES)
def test_two_different_sets_of_variables_are_never_signed_alike(one: dict[str, str], other: dict[str, str]) -> None:
    alike = environment_statement("t", made(one)) == environment_statement("t", made(other))
    assert alike == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"org": "globex"},
        {"name": "other"},
        {"description": "x"},
        {"version": "w"},
        {"deleted": True},
        *({field: "x"} for field in ("created_at", "created_by", "updated_at", "updated_by")),
    ],
)
def test_every_field_is_signed(change: dict[str, object]) -> None:
    assert environment_statement("t", made({}, **change)) != environment_statement("t", made({}))
    assert environment_statement("other", made({})) != environment_statement("t", made({}))
