"""Makes `sealed-format.json`: test vectors of sealed format v1, the same ones each time.

    .venv/bin/python tests/vectors/make.py            writes the file
    .venv/bin/python tests/vectors/make.py --check    says whether it is what this would write

Sealing draws a fresh ephemeral key, so what is sealed here is sealed by a second HPKE implementation (pyhpke), which
takes that key as an argument: the vectors are then at once a cross-check. Signatures are made with RFC 6979.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from pyhpke.kem_key import KEMKeyPair

from bootseal.environment_model import Environment
from bootseal.model import SHARED, Scope, ScopeKey, SealedValue, Secret, private_scope, project_scope
from bootseal.sealing import SUITE_NAME, bundle_info, value_info
from bootseal.signing import environment_statement, scope_key_statement, secret_statement

FILE = Path(__file__).with_name("sealed-format.json")
SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TABLE_LABEL = "vectors"
BOOT_TOKEN = "bsl1_" + "A" * 43 + ".WyJhY21lIiwiYWxpY2UiLG51bGwsbnVsbF0"
TIME = "2026-01-02T03:04:05.678Z"


def drawn(name: str) -> bytes:
    """32 bytes that are random to nobody: the digest of a name."""
    return hashlib.sha256(f"bootseal test vector: {name}".encode()).digest()


def sealed_by_pyhpke(private: bytes, ephemeral: bytes, plaintext: bytes, info: bytes) -> bytes:
    """`enc || ciphertext`, with the ephemeral key given."""
    recipient = KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(private).public_key())
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    pair = KEMKeyPair(KEMKey.from_pyca_cryptography_key(own), KEMKey.from_pyca_cryptography_key(own.public_key()))
    enc, sender = SUITE.create_sender_context(recipient, info, eks=pair)
    return enc + sender.seal(plaintext)


VALUES: tuple[tuple[str, Scope, str, str], ...] = (
    (
        "acme",
        private_scope("5f0c6a1e-0000-4c6e-8f5a-000000000001"),
        "OPENAI_API_KEY",
        "sk-made-up-0123456789abcdef9f2c",
    ),
    ("acme", SHARED, "OPENAI_API_KEY", "sk-made-up-0123456789abcdef9f2c"),
    ("acme", project_scope("web"), "GREETING", "Grüße \U0001f525\r\n$(id) `id` '\"\\ \t\n"),
    ("globex", SHARED, "A", "x"),
)


def seals() -> Iterator[dict[str, Any]]:
    """Sealed values, each with all that is needed to open it."""
    for number, (org, scope, env_name, value) in enumerate(VALUES):
        private, ephemeral = drawn(f"scope key {org} {scope.key}"), drawn(f"ephemeral {number}")
        info = value_info(org, scope.key, env_name)
        yield {
            "org": org,
            "scope_key": scope.key,
            "env_name": env_name,
            "value": value,
            "private_key": private.hex(),
            "public_key": X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex(),
            "ephemeral_private_key": ephemeral.hex(),
            "info": info.hex(),
            "sealed": sealed_by_pyhpke(private, ephemeral, value.encode(), info).hex(),
        }


def bundles() -> Iterator[dict[str, Any]]:
    """Sealed bundles."""
    for number, document in enumerate(('{"OPENAI_API_KEY":"sk-made-up"}', "{}")):
        private, ephemeral = drawn("vm"), drawn(f"bundle ephemeral {number}")
        info = bundle_info(BOOT_TOKEN)
        yield {
            "boot_token": BOOT_TOKEN,
            "document": document,
            "private_key": private.hex(),
            "info": info.hex(),
            "sealed": sealed_by_pyhpke(private, ephemeral, document.encode(), info).hex(),
        }


LOW_ORDER = {
    "zero": "00" * 32,
    "one": "01" + "00" * 31,
    "order 8": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "order 8, the other": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "p - 1": "ec" + "ff" * 30 + "7f",
    "p, for zero": "ed" + "ff" * 30 + "7f",
    "p + 1, for one": "ee" + "ff" * 30 + "7f",
    "zero with the top bit": "00" * 31 + "80",
}


def refusals() -> Iterator[dict[str, str]]:
    """What must not open, each with why."""
    good = next(seals())
    sealed, info = bytes.fromhex(good["sealed"]), bytes.fromhex(good["info"])
    org, scope_key, env_name = good["org"], good["scope_key"], good["env_name"]

    def case(why: str, altered: bytes, with_info: bytes = info, private: str = good["private_key"]) -> dict[str, str]:
        return {"why": why, "private_key": private, "info": with_info.hex(), "sealed": altered.hex()}

    for place in (0, 15, 31, 32, 40, len(sealed) - 16, len(sealed) - 1):
        yield case(
            f"bit flipped in byte {place}", bytes(b ^ (1 << place % 8) * (n == place) for n, b in enumerate(sealed))
        )
    for length in (0, 1, 31, 32, 47, 48, len(sealed) - 1):
        yield case(f"cut to {length} bytes", sealed[:length])
    yield case("a byte more", sealed + b"\0")
    yield case("a byte before", b"\0" + sealed)
    yield case("tag of zeros", sealed[:-16] + bytes(16))
    yield case("tag of ones", sealed[:-16] + b"\xff" * 16)
    yield case("tag alone moved to the front", sealed[:32] + sealed[-16:] + sealed[32:-16])
    yield case("the top bit of enc set, which X25519 ignores and the key schedule does not", _top_bit(sealed))
    for name, point in LOW_ORDER.items():
        yield case(f"enc of low order: {name}", bytes.fromhex(point) + sealed[32:])
    yield case("another private key", sealed, private=drawn("another").hex())
    yield case("another org", sealed, value_info("globex", scope_key, env_name))
    yield case("another scope", sealed, value_info(org, "shared", env_name))
    yield case("another user", sealed, value_info(org, scope_key[:-1] + "2", env_name))
    yield case("another variable", sealed, value_info(org, scope_key, env_name + "_"))
    yield case("variable in lower case", sealed, value_info(org, scope_key, env_name.lower()))
    yield case("a border between fields moved", sealed, value_info(org + scope_key[0], scope_key[1:], env_name))
    yield case("no info", sealed, b"")
    yield case("the info of a bundle", sealed, bundle_info(BOOT_TOKEN))
    yield case("enc of another seal", bytes.fromhex(list(seals())[1]["sealed"])[:32] + sealed[32:])


def _top_bit(sealed: bytes) -> bytes:
    return sealed[:31] + bytes([sealed[31] ^ 0x80]) + sealed[32:]


def signing_key() -> ec.EllipticCurvePrivateKey:
    """The vectors' signing key."""
    return ec.derive_private_key(int.from_bytes(drawn("signing key"), "big") % P256_ORDER, ec.SECP256R1())


def secret() -> Secret:
    """The row of the first sealed value."""
    value = next(seals())
    sealed = SealedValue(bytes.fromhex(value["sealed"]), "k000001", SUITE_NAME, "sk-m…9f2c")
    return Secret(
        org="acme",
        scope=VALUES[0][1],
        name="openai-api-key",
        env_name="OPENAI_API_KEY",
        description="For the planner",
        auto_install=True,
        instructions_safe=False,
        sealed=sealed,
        version="0123456789abcdef0123",
        value_version="0123456789abcdef0123",
        revision=2,
        created_at=TIME,
        created_by="alice",
        updated_at=TIME,
        updated_by="alice",
        superseded=(("fedcba9876543210fedc", "fedcba9876543210fedc"),),
    )


def scope_key() -> ScopeKey:
    """The row of the key that value is sealed to."""
    return ScopeKey("acme", VALUES[0][1], 1, bytes.fromhex(next(seals())["public_key"]), b"wrapped by KMS", TIME)


def environment() -> Environment:
    """The row of an environment."""
    return Environment(
        org="acme",
        name="staging",
        description="",
        variables=(("LOG_LEVEL", "debug"), ("REGION", "eu-central-1")),
        version="00112233445566778899",
        created_at=TIME,
        created_by="alice",
        updated_at=TIME,
        updated_by="alice",
    )


def statements() -> Iterator[dict[str, str]]:
    """What is signed of a row of each kind, and a signature over it."""
    rows = {
        "secret": secret_statement(TABLE_LABEL, secret()),
        "secret without a hint": secret_statement(TABLE_LABEL, _without_hint(secret())),
        "scope key": scope_key_statement(TABLE_LABEL, scope_key()),
        "environment": environment_statement(TABLE_LABEL, environment()),
    }
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
    for row, statement in rows.items():
        yield {"row": row, "statement": statement.hex(), "signature": signing_key().sign(statement, algorithm).hex()}


def _without_hint(row: Secret) -> Secret:
    return replace(row, sealed=replace(row.sealed, hint=None))


def bad_signatures() -> Iterator[dict[str, str]]:
    """Signatures over the first statement that must not verify: ECDSA's and DER's edges."""
    first = next(statements())
    good = bytes.fromhex(first["signature"])
    r, s = decode_dss_signature(good)
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    edges = {
        "r = 0": encode_dss_signature(0, s),
        "s = 0": encode_dss_signature(r, 0),
        "r = s = 0": encode_dss_signature(0, 0),
        "r = s = 1": encode_dss_signature(1, 1),
        "r = n": encode_dss_signature(P256_ORDER, s),
        "s = n": encode_dss_signature(r, P256_ORDER),
        "r + n": encode_dss_signature(r + P256_ORDER, s),
        "s + n": encode_dss_signature(r, s + P256_ORDER),
        "r and s swapped": encode_dss_signature(s, r),
        "r + 1": encode_dss_signature(r + 1, s),
        "raw r || s": raw,
        "nothing": b"",
        "an empty sequence": b"0\0",
        "cut": good[:-1],
        "a byte more": good + b"\0",
        "length in two bytes": b"\x30\x81" + good[1:],
        "indefinite length": b"\x30\x80" + good[2:] + b"\0\0",
        "r with a zero in front": b"\x30" + bytes([good[1] + 1, 2, good[3] + 1, 0]) + good[4:],
        "another tag": b"\x31" + good[1:],
        "s as an octet string": good[: 4 + good[3]] + b"\x04" + good[5 + good[3] :],
    }
    for why, signature in edges.items():
        yield {"why": why, "statement": first["statement"], "signature": signature.hex()}


def document() -> dict[str, Any]:
    """All vectors."""
    public = signing_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "suite": SUITE_NAME,
        "table_label": TABLE_LABEL,
        "signing_public_key": public.hex(),
        "values": list(seals()),
        "bundles": list(bundles()),
        "must_not_open": list(refusals()),
        "statements": list(statements()),
        "must_not_verify": list(bad_signatures()),
    }


def text() -> str:
    """The file's content."""
    return json.dumps(document(), indent=1, ensure_ascii=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it."""
    if arguments == ["--check"]:
        return int(FILE.read_text() != text())
    FILE.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
