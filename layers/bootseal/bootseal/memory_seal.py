"""Sealing for the memory of one process: what was opened once is had quickly again and not kept in clear for it.

The key is made of the scope's private key and of a salt that only this process knows. So what is sealed here opens as
long as the process holds that private key and not a moment longer, and nowhere else; see docs/adr/0017.
"""

import os
from functools import cache
from itertools import count
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bootseal.errors import IntegrityError

_LABEL: Final = b"bootseal/v1/memory"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NONCES: Final = count()
"""Numbers from 0 on, none of them twice in a process (NIST SP 800-38D section 8.2.1); no other process has its keys."""


@cache
def _salt() -> bytes:
    # Made at the first use, not at import: processes started from one snapshot must not share it.
    return os.urandom(_KEY_BYTES)


class MemorySeal:
    """AES-256-GCM under a key that HKDF (RFC 5869) makes of a scope's private key and this process's salt.

    A private key is of one scope of one org, so what is sealed is bound to those by its key.
    """

    __slots__ = ("_aead",)

    def __init__(self, private_key: bytes) -> None:
        """Derive the key from the raw bytes of a private key."""
        self._aead = AESGCM(HKDF(SHA256(), _KEY_BYTES, salt=_salt(), info=_LABEL).derive(private_key))

    def seal(self, plaintext: bytes, variable: str) -> bytes:
        """Seal `plaintext`, bound to its variable: nonce, then ciphertext and tag."""
        nonce = next(_NONCES).to_bytes(_NONCE_BYTES, "big")
        return nonce + self._aead.encrypt(nonce, plaintext, variable.encode())

    def open(self, sealed: bytes, variable: str) -> bytes:
        """Open what `seal` made. Raises `IntegrityError` where key, process, `variable` or any byte differs."""
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], variable.encode())
        except (InvalidTag, ValueError):
            raise IntegrityError("what is kept in memory does not open with this key and context") from None
