"""Placeholders, for any text and any values."""

from hypothesis import given
from hypothesis import strategies as st

from bootseal.model import SecretValue
from bootseal.services.templates import filled, placeholders

NAMES = ("A", "B_1", "API_KEY")
braces = st.sampled_from(
    ["{", "}", "{{", "}}", " ", "\t", "\n", *NAMES, "a", "b.1", "api-key", "1", "{{A}}", "{{ api-key }}"]
)
texts = st.lists(braces | st.text(max_size=3), max_size=12).map("".join)
plain_values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
values = st.fixed_dictionaries({name: plain_values | texts.filter(lambda t: t and "\0" not in t) for name in NAMES})


def fill(text: str, given_values: dict[str, str]) -> str:
    held = {name: SecretValue(value) for name, value in given_values.items()}
    known = {name: held.get(name) or SecretValue("?") for name in placeholders({"t": text})}
    return filled({"t": text}, known)["t"]


def plainly(text: str, given_values: dict[str, str]) -> str:
    """The same rule, read character by character."""
    made, at = [], 0
    while at < len(text):
        end = text.find("}}", at) if text.startswith("{{", at) else -1
        name = text[at + 2 : end].strip(" \t") if end > 0 else ""
        if (
            name.isascii()
            and name
            and (name[0].isalpha() or name[0] == "_")
            and all(c.isalnum() or c in "_.-" for c in name)
        ):
            made.append(given_values.get(name.upper().translate(str.maketrans(".-", "__")), "?"))
            at = end + 2
        else:
            made.append(text[at])
            at += 1
    return "".join(made)


@given(texts, values)
def test_filling_follows_the_plain_rule(text: str, given_values: dict[str, str]) -> None:
    assert fill(text, given_values) == plainly(text, given_values)


@given(texts)
def test_a_text_without_placeholders_comes_back_as_it_was(text: str) -> None:
    if not placeholders({"t": text}):
        assert fill(text, {}) == text


@given(values, st.sampled_from(NAMES))
def test_a_value_comes_out_whole_whatever_it_holds(given_values: dict[str, str], name: str) -> None:
    assert fill("{{" + name + "}}", given_values) == given_values[name]
