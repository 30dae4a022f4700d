"""Sealing: against the vectors of RFC 9180, our own, and a second implementation."""

import secrets
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from bootseal import sealing
from bootseal.errors import IntegrityError, InvalidRequest
from bootseal.sealing import OVERHEAD_BYTES, bundle_info, generate_key_pair, open_sealed, seal, value_info
from support.vectors import vectors
from vectors import make


def test_the_vectors_are_what_their_script_makes() -> None:
    assert make.FILE.read_text() == make.text()


OTHER = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
INFO = value_info("acme", "shared", "A")


def hexed(case: dict[str, Any], *fields: str) -> list[bytes]:
    return [bytes.fromhex(case[field]) for field in fields]


def opened_by_pyhpke(private: bytes, sealed: bytes, info: bytes) -> bytes:
    key = KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(private))
    plain: bytes = OTHER.create_recipient_context(sealed[:32], key, info).open(sealed[32:])
    return plain


RFC_9180 = vectors("rfc9180")["vectors"]


def rfc_opened(suite: Suite, case: dict[str, Any], more_aad: bytes = b"") -> str:
    """The plaintext of one of the RFC's vectors, which have associated data: the library's hook for its own tests."""
    private, info, aad, enc, ciphertext = hexed(case, "private_key", "info", "aad", "enc", "ciphertext")
    key = X25519PrivateKey.from_private_bytes(private)
    plain: bytes = openssl.hpke._decrypt_with_aad(suite, enc + ciphertext, key, info=info, aad=aad + more_aad)
    return plain.hex()


@pytest.mark.parametrize("case", RFC_9180, ids=lambda case: case["aead"])
def test_the_library_opens_the_vectors_of_rfc_9180(case: dict[str, Any]) -> None:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, getattr(AEAD, case["aead"]))
    assert rfc_opened(suite, case) == case["plaintext"]
    with pytest.raises(InvalidTag):
        rfc_opened(suite, case, b"x")


def test_our_suite_is_the_one_of_its_vector() -> None:
    (case,) = (case for case in RFC_9180 if case["aead"] == "AES_256_GCM")
    assert rfc_opened(sealing._SUITE, case) == case["plaintext"]


@pytest.mark.parametrize("aead", [AEADId.AES128_GCM, AEADId.AES256_GCM, AEADId.CHACHA20_POLY1305])
def test_the_second_implementation_opens_the_vectors_of_rfc_9180(aead: AEADId) -> None:
    case = RFC_9180[aead.value - 1]
    private, info, aad, enc, ciphertext = hexed(case, "private_key", "info", "aad", "enc", "ciphertext")
    suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, aead)
    key = KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(private))
    assert suite.create_recipient_context(enc, key, info).open(ciphertext, aad).hex() == case["plaintext"]


@pytest.mark.parametrize("case", vectors("sealed-format")["values"], ids=lambda case: case["scope_key"])
def test_a_sealed_value_of_the_format_opens_and_its_info_is_rebuilt(case: dict[str, Any]) -> None:
    private, sealed = hexed(case, "private_key", "sealed")
    info = value_info(case["org"], case["scope_key"], case["env_name"])
    assert info.hex() == case["info"]
    assert open_sealed(private, sealed, info).decode() == case["value"]
    assert opened_by_pyhpke(private, sealed, info).decode() == case["value"]
    assert len(sealed) == len(case["value"].encode()) + OVERHEAD_BYTES


@pytest.mark.parametrize("case", vectors("sealed-format")["bundles"], ids=lambda case: case["document"])
def test_a_sealed_bundle_of_the_format_opens_and_its_info_is_rebuilt(case: dict[str, Any]) -> None:
    private, sealed = hexed(case, "private_key", "sealed")
    assert bundle_info(case["boot_token"]).hex() == case["info"]
    assert open_sealed(private, sealed, bundle_info(case["boot_token"])).decode() == case["document"]


@pytest.mark.parametrize("case", vectors("sealed-format")["must_not_open"], ids=lambda case: case["why"])
def test_what_must_not_open_does_not_with_one_kind_of_error(case: dict[str, Any]) -> None:
    private, sealed, info = hexed(case, "private_key", "sealed", "info")
    with pytest.raises(IntegrityError) as refused:
        open_sealed(private, sealed, info)
    assert case["private_key"] not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("size", [0, 1, 100, 65_536, 4_000_000])
def test_what_we_seal_a_second_implementation_opens(size: int) -> None:
    private, public = generate_key_pair()
    plain = secrets.token_bytes(size)
    sealed = seal(public, plain, INFO)
    assert opened_by_pyhpke(private, sealed, INFO) == plain
    assert open_sealed(private, sealed, INFO) == plain


def test_two_seals_of_one_value_have_nothing_in_common() -> None:
    _, public = generate_key_pair()
    one, other = seal(public, b"same", INFO), seal(public, b"same", INFO)
    assert one[:32] != other[:32]
    assert one[32:] != other[32:]


def test_every_bit_of_a_sealed_value_counts() -> None:
    private, public = generate_key_pair()
    sealed = seal(public, b"x", INFO)
    for bit in range(len(sealed) * 8):
        altered = bytes(b ^ (1 << bit % 8) * (n == bit // 8) for n, b in enumerate(sealed))
        with pytest.raises(IntegrityError):
            open_sealed(private, altered, INFO)


LOW_ORDER = {c["why"]: c["sealed"][:64] for c in vectors("sealed-format")["must_not_open"] if "low order" in c["why"]}


@pytest.mark.parametrize("why", LOW_ORDER)
def test_nothing_is_sealed_to_a_public_key_of_low_order(why: str) -> None:
    with pytest.raises(InvalidRequest):
        seal(bytes.fromhex(LOW_ORDER[why]), b"value", INFO)


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidRequest):
        seal(bytes(length), b"value", INFO)
    with pytest.raises(IntegrityError):
        open_sealed(bytes(length), bytes(100), INFO)


def test_infos_of_different_places_differ() -> None:
    places = [("a", "b", "C"), ("ab", "", "C"), ("a", "bC", ""), ("a", "", "bC"), ("", "ab", "C")]
    infos = {value_info(*place) for place in places} | {bundle_info("a"), bundle_info("b")}
    assert len(infos) == len(places) + 2


def test_a_loaded_key_opens_what_its_bytes_open_and_nothing_else() -> None:
    private, public = generate_key_pair()
    loaded, sealed = sealing.load_private_key(private), seal(public, b"made-up", INFO)
    assert loaded.open(sealed, INFO) == open_sealed(private, sealed, INFO) == b"made-up"
    with pytest.raises(IntegrityError):
        loaded.open(sealed, value_info("acme", "shared", "B"))


def test_a_loaded_key_does_not_show_itself() -> None:
    private, _ = generate_key_pair()
    shown = repr(sealing.load_private_key(private))
    assert private.hex() not in shown
    assert repr(private) not in shown


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_private_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(IntegrityError):
        sealing.load_private_key(bytes(length))
