"""A boot token's row says that an issuer of ours made it, in that issuer's hour."""

from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from bootseal.boot_model import TTL_MAX_SECONDS, BootSubject, BootToken, Requirement
from bootseal.errors import IntegrityError
from bootseal.signing import Verifier
from bootseal.token_signing import ISSUER_SECONDS, TokenSigner, check_proof, token_statement
from support.vectors import vectors
from vectors import make

NOW = 1_800_000_000
TOKEN = BootToken("a" * 64, BootSubject("acme", "alice"), "s-1", "vm-1", None, NOW, "launcher", NOW + 300)


@dataclass
class Kms:
    """The signing key, counting how often it is asked."""

    asked: int = 0

    def sign(self, statement: bytes) -> bytes:
        self.asked += 1
        return make.signing_key().sign(statement, ec.ECDSA(SHA256()))

    def verifier(self) -> Verifier:
        return Verifier(bytes.fromhex(vectors("sealed-format")["signing_public_key"]))


def proven(signer: TokenSigner, token: BootToken) -> BootToken:
    return replace(token, proof=signer.prove(token))


def test_a_proven_token_is_taken_and_many_cost_one_signature_of_kms() -> None:
    kms = Kms()
    signer = TokenSigner(kms, "label")
    for second in range(0, ISSUER_SECONDS, 600):
        token = replace(TOKEN, issued_at=NOW + second, expires_at=NOW + second + TTL_MAX_SECONDS)
        check_proof(kms.verifier(), "label", proven(signer, token))
    assert kms.asked == 1


def test_after_its_hour_an_issuer_makes_another_key() -> None:
    kms = Kms()
    signer = TokenSigner(kms, "label")
    first = signer.prove(TOKEN)
    later = replace(TOKEN, issued_at=NOW + ISSUER_SECONDS + 1, expires_at=NOW + ISSUER_SECONDS + 301)
    second = proven(signer, later)
    assert kms.asked == 2
    assert first[:32] != second.proof[:32]
    check_proof(kms.verifier(), "label", second)


CHANGED = {
    "token": replace(TOKEN, token_hash="b" * 64),
    "org": replace(TOKEN, subject=BootSubject("globex", "alice")),
    "user": replace(TOKEN, subject=BootSubject("acme", "bob")),
    "project": replace(TOKEN, subject=BootSubject("acme", "alice", "web")),
    "environment": replace(TOKEN, subject=BootSubject("acme", "alice", None, "staging")),
    "session": replace(TOKEN, session_id="s-2"),
    "vm": replace(TOKEN, vm_id="vm-2"),
    "requirements": replace(TOKEN, requirements=()),
    "a requirement": replace(TOKEN, requirements=(Requirement("A"),)),
    "issued at": replace(TOKEN, issued_at=NOW + 1),
    "issued by": replace(TOKEN, issued_by="mallory"),
    "expires at": replace(TOKEN, expires_at=NOW + 301),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_changed_token_is_refused(what: str) -> None:
    kms = Kms()
    proof = TokenSigner(kms, "label").prove(TOKEN)
    assert token_statement("label", CHANGED[what]) != token_statement("label", TOKEN)
    with pytest.raises(IntegrityError):
        check_proof(kms.verifier(), "label", replace(CHANGED[what], proof=proof))


def test_which_vm_used_a_token_is_not_signed() -> None:
    kms = Kms()
    check_proof(kms.verifier(), "label", replace(proven(TokenSigner(kms, "label"), TOKEN), bound_key=b"k" * 32))


def test_every_byte_of_a_proof_counts_and_no_part_of_it_is_enough() -> None:
    kms = Kms()
    proof = TokenSigner(kms, "label").prove(TOKEN)
    for place in range(len(proof)):
        altered = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        with pytest.raises(IntegrityError):
            check_proof(kms.verifier(), "label", replace(TOKEN, proof=altered))
    for length in (0, 31, 32, 40, 104, len(proof) - 1):
        with pytest.raises(IntegrityError):
            check_proof(kms.verifier(), "label", replace(TOKEN, proof=proof[:length]))


def test_a_key_that_kms_did_not_vouch_for_proves_nothing() -> None:
    kms, own = Kms(), Ed25519PrivateKey.generate()
    proof = TokenSigner(kms, "label").prove(TOKEN)
    signature = own.sign(token_statement("label", TOKEN))
    forged = own.public_key().public_bytes_raw() + proof[32:40] + signature + proof[104:]
    with pytest.raises(IntegrityError):
        check_proof(kms.verifier(), "label", replace(TOKEN, proof=forged))


@pytest.mark.parametrize(("issued", "life"), [(-ISSUER_SECONDS, 300), (-1, 300), (1, TTL_MAX_SECONDS + 1)])
def test_an_issuers_key_that_got_out_makes_no_token_of_another_time_or_a_longer_life(issued: int, life: int) -> None:
    kms = Kms()
    signer = TokenSigner(kms, "label")
    signer.prove(TOKEN)
    token = replace(TOKEN, issued_at=NOW + issued, expires_at=NOW + issued + life)
    with pytest.raises(IntegrityError):
        check_proof(kms.verifier(), "label", proven(signer, token))


def test_a_proof_of_another_installation_is_refused() -> None:
    kms = Kms()
    with pytest.raises(IntegrityError):
        check_proof(kms.verifier(), "other", proven(TokenSigner(kms, "label"), TOKEN))
