"""Reading JSON the quick way comes to the same as reading it with Python's json package."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal_cli.vm import quick_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_was_written_is_read(document: object, ascii_only: bool, indent: int | None) -> None:
    written = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert quick_json.read(f" {written}\n".encode()) == document


@given(st.text(st.sampled_from('{}[]":,01.e-ntrufalsNI\\\n \t'), max_size=12))
def test_what_is_read_and_what_is_refused_is_the_same(text: str) -> None:
    try:
        expected = repr(json.loads(text))
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            quick_json.read(text.encode())
    else:
        assert repr(quick_json.read(text.encode())) == expected


@pytest.mark.parametrize("content", [b"", b" ", b"{", b'{"a"}', b"1 2", b"\xff", b'"\x01"', b"\xef\xbb\xbf{}", b"[1,]"])
def test_what_is_no_json_is_a_value_error_in_a_process_without_the_package_too(content: bytes) -> None:
    script = (
        "import sys; from bootseal_cli.vm import quick_json\n"
        "assert 'json' not in sys.modules\n"
        f"try: quick_json.read({content!r})\n"
        "except ValueError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "refused\n", done.stderr
