"""Sealing for one process's memory."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootseal import memory_seal
from bootseal.errors import IntegrityError
from bootseal.memory_seal import MemorySeal

PRIVATE, OTHER = bytes(range(32)), bytes(range(1, 33))
A, B = "A", "B"


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_to_the_same_bytes(plain: bytes) -> None:
    assert MemorySeal(PRIVATE).open(MemorySeal(PRIVATE).seal(plain, A), A) == plain


def test_it_opens_with_its_own_private_key_and_variable_alone() -> None:
    sealed = MemorySeal(PRIVATE).seal(b"made-up", A)
    with pytest.raises(IntegrityError):
        MemorySeal(OTHER).open(sealed, A)
    with pytest.raises(IntegrityError):
        MemorySeal(PRIVATE).open(sealed, B)


def test_another_process_with_the_same_private_key_does_not_open_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = MemorySeal(PRIVATE).seal(b"made-up", A)
    monkeypatch.setattr(memory_seal, "_salt", lambda: os.urandom(32))
    with pytest.raises(IntegrityError):
        MemorySeal(PRIVATE).open(sealed, A)


def test_every_bit_counts_and_so_does_the_length() -> None:
    seal = MemorySeal(PRIVATE)
    sealed = seal.seal(b"x", A)
    altered = [
        bytes(b ^ (1 << bit % 8) * (n == bit // 8) for n, b in enumerate(sealed)) for bit in range(len(sealed) * 8)
    ]
    for wrong in (*altered, *(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(IntegrityError):
            seal.open(wrong, A)


def test_two_seals_of_one_value_differ() -> None:
    seal = MemorySeal(PRIVATE)
    assert seal.seal(b"same", A)[:12] != seal.seal(b"same", A)[:12]
