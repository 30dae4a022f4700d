"""Random texts, random data made of their pieces, random chunks: the same as masking by definition."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bootseal_cli.vm.redactor.masker import Masker
from bootseal_cli.vm.redactor.patterns import Patterns
from support.vm.naive_masker import mask

SMALL = st.lists(st.sampled_from([b"a", b"b", b"ab", b"ba"]), min_size=2, max_size=14).map(b"".join)
TEXTS = st.dictionaries(SMALL, st.sampled_from(["A", "B", "C"]), min_size=1, max_size=6)


@st.composite
def streams(draw: st.DrawFn) -> tuple[dict[bytes, str], list[bytes]]:
    """Few letters and pieces of the texts themselves, so that overlaps and false starts abound."""
    texts = draw(TEXTS)
    pieces = [text[:end] for text in texts for end in (len(text), len(text) - 1, len(text) // 2)]
    data = b"".join(draw(st.lists(st.sampled_from([*pieces, b"a", b"b", b"c"]), max_size=20)))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    return texts, [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@settings(max_examples=1_000, deadline=None)
@given(streams())
def test_a_stream_in_any_chunks_is_masked_as_the_whole(stream: tuple[dict[bytes, str], list[bytes]]) -> None:
    names, chunks = stream
    patterns = Patterns(names)
    masker = Masker(lambda: patterns)
    out = b"".join(masker.feed(chunk) for chunk in chunks) + masker.flush()
    assert out == mask(b"".join(chunks), names)


@settings(max_examples=300, deadline=None)
@given(streams())
def test_whatever_is_released_early_no_byte_is_lost_doubled_or_shown_after_its_mask(
    stream: tuple[dict[bytes, str], list[bytes]],
) -> None:
    names, chunks = stream
    patterns = Patterns(names)
    masker = Masker(lambda: patterns)
    shown = b""
    for chunk in chunks:
        shown += masker.feed(chunk) + masker.release()
    shown += masker.flush()
    plain = b"".join(part.partition(b"]")[2] if part.startswith(b"REDACTED") else part for part in shown.split(b"["))
    rest = iter(b"".join(chunks))
    assert all(byte in rest for byte in plain)
