"""What is signed of a row, and how a signature is checked."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bootseal.errors import IntegrityError
from bootseal.model import SHARED, ScopeKey, SealedValue, Secret, private_scope
from bootseal.sealing import SUITE_NAME
from bootseal.signing import (
    STATEMENT_MAX_BYTES,
    Verifier,
    environment_statement,
    scope_key_statement,
    secret_statement,
)
from support.vectors import vectors
from vectors import make


def verifier() -> Verifier:
    return Verifier(bytes.fromhex(vectors("sealed-format")["signing_public_key"]))


@pytest.mark.parametrize("case", vectors("sealed-format")["statements"], ids=lambda case: case["row"])
def test_the_vectors_verify(case: dict[str, str]) -> None:
    verifier().verify(bytes.fromhex(case["statement"]), bytes.fromhex(case["signature"]), "row")


@pytest.mark.parametrize("case", vectors("sealed-format")["must_not_verify"], ids=lambda case: case["why"])
def test_a_signature_off_the_one_form_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=r"^row was changed"):
        verifier().verify(bytes.fromhex(case["statement"]), bytes.fromhex(case["signature"]), "row")


def test_every_bit_of_statement_and_signature_counts() -> None:
    case = vectors("sealed-format")["statements"][0]
    statement, signature = bytes.fromhex(case["statement"]), bytes.fromhex(case["signature"])
    check = verifier()
    for altered in flipped(signature):
        with pytest.raises(IntegrityError):
            check.verify(statement, altered, "row")
    for altered in flipped(statement):
        with pytest.raises(IntegrityError):
            check.verify(altered, signature, "row")


def flipped(data: bytes) -> Iterator[bytes]:
    for place in range(len(data)):
        yield data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def changes(row: Any) -> Iterator[tuple[str, Any]]:
    """Every field of a row changed in turn, nested ones too."""
    for field in dataclasses.fields(row):
        old = getattr(row, field.name)
        if dataclasses.is_dataclass(old):
            for name, inner in changes(old):
                yield f"{field.name}.{name}", dataclasses.replace(row, **{field.name: inner})
        else:
            yield field.name, dataclasses.replace(row, **{field.name: _other(old)})


def _other(old: Any) -> Any:
    others: dict[type, Callable[[Any], Any]] = {
        bool: lambda v: not v,
        int: lambda v: v + 1,
        str: lambda v: v + "x",
        bytes: lambda v: v + b"x",
        tuple: lambda v: (*v, ("a", "b")),
        type(None): lambda v: "x",
    }
    for kind, change in others.items():
        if type(old) is kind:
            return change(old)
    return next(member for member in type(old) if member is not old)  # an enum


STATEMENTS: dict[str, Any] = {
    "Secret": secret_statement,
    "ScopeKey": scope_key_statement,
    "Environment": environment_statement,
}
UNSIGNED = {"signature", "last_injected_at"}
"""Fields no statement covers: the signature itself, and what is looked up elsewhere and only shown."""


@pytest.mark.parametrize(
    "row", [make.secret(), make.scope_key(), make.environment()], ids=lambda row: type(row).__name__
)
def test_every_field_of_a_row_is_in_its_statement(row: Any) -> None:
    statement: Callable[[str, Any], bytes] = STATEMENTS[type(row).__name__]
    good = statement("label", row)
    seen = set()
    for name, changed in changes(row):
        if name.split(".")[0] not in UNSIGNED:
            assert statement("label", changed) != good, f"{name} is not signed"
            seen.add(name)
    assert len(seen) >= 6
    assert statement("label2", row) != good


def test_no_hint_and_an_empty_one_and_a_missing_value_are_told_apart() -> None:
    row = make.secret()
    hints = [None, "", "\x00", "\x01"]
    rows = [dataclasses.replace(row, sealed=dataclasses.replace(row.sealed, hint=hint)) for hint in hints]
    assert len({secret_statement("t", one) for one in rows}) == len(hints)


def test_statements_of_different_kinds_never_meet() -> None:
    cases = vectors("sealed-format")["statements"]
    starts = {bytes.fromhex(case["statement"])[4:24] for case in cases}
    assert len(starts) == 3


def test_the_longest_row_there_can_be_is_within_what_kms_signs() -> None:
    scope = private_scope("u" * 255)
    sealed = SealedValue(b"c" * 65_584, "k999999", SUITE_NAME, "sk-a…9f2c")
    names = ("n" * 128, "N" * 128, "d" * 1_000)
    version, user, time = "v" * 20, "u" * 255, "t" * 24
    older = tuple((version, version) for _ in range(40))
    dated = (time, user, time, user)
    row = Secret("o" * 64, scope, *names, True, True, sealed, version, version, 10**12, *dated, older)
    assert len(secret_statement("l" * 64, row)) <= STATEMENT_MAX_BYTES // 2
    key = ScopeKey("o" * 64, scope, 999_999, b"p" * 32, b"w" * 6_144, "t" * 24)
    assert len(scope_key_statement("l" * 64, key)) <= STATEMENT_MAX_BYTES // 2
    assert scope_key_statement("l", key) != scope_key_statement("l", dataclasses.replace(key, scope=SHARED))


KEYS: dict[str, Any] = {
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_signing_key_of_another_kind_is_refused(kind: str) -> None:
    der = KEYS[kind]().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(IntegrityError, match="SIGNING_KEY_ID"):
        Verifier(der)


@pytest.mark.parametrize("der", [b"", b"0\0", b"x" * 91])
def test_a_signing_key_that_cannot_be_read_is_refused(der: bytes) -> None:
    with pytest.raises(IntegrityError, match="SIGNING_KEY_ID"):
        Verifier(der)
