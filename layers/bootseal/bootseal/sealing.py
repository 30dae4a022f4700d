"""Sealing values to a scope and bundles to a VM: bytes in, bytes out. Format v1, see docs/sealed-format.md.

HPKE (RFC 9180) base mode with one frozen suite. There is nothing to choose, so nothing to choose wrongly; a later
suite is a new profile with a new name. Each seal makes a fresh ephemeral key, so no nonce is ever managed here, and
`info` binds what is sealed to where it belongs: opened with any other `info`, it does not open.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bootseal.encoding import length_prefixed
from bootseal.errors import BootsealError, IntegrityError, InvalidRequest

SUITE_NAME: Final = "HPKE-v1-X25519-SHA256-AES256GCM"
"""The one profile's name, as rows and the API carry it."""

KEY_BYTES: Final = 32
"""Length of a public and of a private X25519 key (RFC 7748)."""

OVERHEAD_BYTES: Final = 32 + 16
"""What sealing adds: the encapsulated key (Nenc, RFC 9180 section 7.1) and the AES-GCM tag."""

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PROBE: Final = X25519PrivateKey.from_private_bytes(bytes(range(KEY_BYTES)))


def generate_key_pair() -> tuple[bytes, bytes]:
    """A new X25519 pair as raw bytes: (private, public)."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def value_info(org: str, scope_key: str, env_name: str) -> bytes:
    """What a sealed value is bound to: its org, scope and variable. Rebuilt by every reader, never stored."""
    return length_prefixed(part.encode() for part in ("bootseal/v1/value", org, scope_key, env_name))


def bundle_info(boot_token: str) -> bytes:
    """What a sealed bundle is bound to: the boot token it answers."""
    return length_prefixed((b"bootseal/v1/bundle", hashlib.sha256(boot_token.encode()).hexdigest().encode()))


def check_public_key(public_key: bytes) -> None:
    """Raise `InvalidRequest` for what `seal` would refuse, before anything is done for who sent it."""
    try:
        # With a low-order point every private key comes to zero, and that is refused (RFC 7748 section 6.1).
        _PROBE.exchange(_public(public_key))
    except ValueError:
        raise _unusable() from None


def seal(public_key: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal `plaintext` to the holder of `public_key`: encapsulated key, then AES-256-GCM ciphertext and tag.

    Raises `InvalidRequest` where `public_key` is not 32 bytes or is a low-order point.
    """
    try:
        return _SUITE.encrypt(plaintext, _public(public_key), info=info)
    except ValueError:
        raise _unusable() from None


def open_sealed(private_key: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open what `seal` made. Raises `IntegrityError` where key, `info` or any byte differs."""
    return load_private_key(private_key).open(sealed, info)


class PrivateKey:
    """A private key ready for use, for who opens many things with one: loading it costs as much as half an opening.

    Not kept here: a cache of private keys is policy, and lives in the service that may hold them.
    """

    __slots__ = ("_key",)

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Open what `seal` made. Raises `IntegrityError` where key, `info` or any byte differs."""
        if len(sealed) < OVERHEAD_BYTES:
            raise IntegrityError("sealed data is too short")
        try:
            return _SUITE.decrypt(sealed, self._key, info=info)
        except (InvalidTag, ValueError):
            raise IntegrityError("sealed data does not open with this key and context") from None


def load_private_key(raw: bytes) -> PrivateKey:
    """The private key of 32 raw bytes. Raises `IntegrityError` for any other length."""
    try:
        return PrivateKey(X25519PrivateKey.from_private_bytes(raw))
    except ValueError:
        raise IntegrityError("a private key is not 32 bytes") from None


def _public(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def _unusable() -> BootsealError:
    return InvalidRequest.of_field("public_key", "is not a usable X25519 public key")
