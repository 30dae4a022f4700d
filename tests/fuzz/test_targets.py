"""Every fuzzing target holds for its seeds, for what once broke it, and for what hypothesis makes up of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.client import CLIENT
from fuzz.found import FOUND
from fuzz.seeds import SEEDS
from fuzz.service import SERVICE
from fuzz.stored import STORED
from fuzz.tokens import TOKENS

TARGETS = {**SERVICE, **TOKENS, **STORED, **CLIENT}
KNOWN = [(name, data) for name in TARGETS for data in (b"", *SEEDS[name], *FOUND.get(name, ()))]


def test_every_target_has_seeds() -> None:
    assert SEEDS.keys() == TARGETS.keys()
    assert all(SEEDS.values())
    assert FOUND.keys() <= TARGETS.keys()


@pytest.mark.parametrize(("name", "data"), KNOWN, ids=[f"{name}-{data[:12]!r}" for name, data in KNOWN])
def test_a_target_holds_for_what_is_known(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_changed_seeds(name: str) -> None:
    def changed(parts: tuple[bytes, bytes, int]) -> bytes:
        seed, other, at = parts
        return seed[: at % (len(seed) + 1)] + other + seed[(at + len(other)) % (len(seed) + 1) :]

    pieces = st.binary(max_size=30) | st.sampled_from(
        [b'"', b"{", b"[", b"\\", b"\x00", b"\xff", b"\xed\xa0\x80", b"\n"]
    )
    inputs = st.tuples(st.sampled_from(SEEDS[name]), pieces, st.integers(0, 200)).map(changed) | st.binary(max_size=300)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs | st.binary(max_size=300))
    def hold(data: bytes) -> None:
        TARGETS[name](data)

    hold()
