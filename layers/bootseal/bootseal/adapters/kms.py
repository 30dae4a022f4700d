"""The signing key and the seal key in AWS KMS."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bootseal.adapters.aws_errors import translated
from bootseal.signing import Verifier

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

APP = "bootseal"
"""Value of the `app` key of every encryption context; key policies and roles ask for it."""


def encryption_context(org: str, scope_key: str, key_id: str) -> dict[str, str]:
    """What a wrapped scope key is bound to. KMS refuses to unwrap it under any other."""
    return {"app": APP, "org": org, "scope": scope_key, "key_id": key_id}


@dataclass(slots=True)
class KmsSigner:
    """The `Signer` port over an ECC_NIST_P256 key."""

    client: "KMSClient"
    key_id: str
    _verifier: Verifier | None = field(default=None, repr=False)

    def sign(self, statement: bytes) -> bytes:
        """DER signature over `statement` itself (MessageType RAW, at most 4,096 bytes)."""
        with translated("The signing key"):
            answer = self.client.sign(
                KeyId=self.key_id, Message=statement, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
            )
        return answer["Signature"]

    def verifier(self) -> Verifier:
        """Fetched once a process: a KMS key's public half never changes."""
        if self._verifier is None:
            with translated("The signing key"):
                answer = self.client.get_public_key(KeyId=self.key_id)
            self._verifier = Verifier(answer["PublicKey"])
        return self._verifier


@dataclass(frozen=True, slots=True)
class KmsWrapper:
    """The `KeyWrapper` and `KeyUnwrapper` ports over a symmetric key."""

    client: "KMSClient"
    key_id: str

    def wrap(self, private_key: bytes, org: str, scope_key: str, key_id: str) -> bytes:
        """Encrypt a scope's private key under its context."""
        with translated("The seal key"):
            answer = self.client.encrypt(
                KeyId=self.key_id,
                Plaintext=private_key,
                EncryptionContext=encryption_context(org, scope_key, key_id),
            )
        return answer["CiphertextBlob"]

    def unwrap(self, wrapped: bytes, org: str, scope_key: str, key_id: str) -> bytes:
        """Decrypt a scope's private key under its context."""
        with translated("The seal key"):
            answer = self.client.decrypt(
                KeyId=self.key_id,
                CiphertextBlob=wrapped,
                EncryptionContext=encryption_context(org, scope_key, key_id),
            )
        return answer["Plaintext"]
