"""Verifying and opening stored secrets. Only boots, resolves, clones and rotations do this."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bootseal.boot_model import BootToken
from bootseal.errors import BootsealError, IntegrityError
from bootseal.memory_seal import MemorySeal
from bootseal.model import Scope, ScopeKey, Secret, SecretValue
from bootseal.ports import Resealed, ScopeContents, Signer
from bootseal.sealing import SUITE_NAME, PrivateKey, load_private_key, value_info
from bootseal.services.key_cache import PrivateKeys
from bootseal.services.scope_keys import verify_scope_key
from bootseal.services.succession import verify_secret
from bootseal.token_signing import check_proof


class ReadyKey:
    """An unwrapped scope key, made ready for what it is used for when it is first used for it."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @cached_property
    def private(self) -> PrivateKey:
        """Opens what lies in the table."""
        return load_private_key(self._raw)

    @cached_property
    def memory(self) -> MemorySeal:
        """Seals and opens what was opened before."""
        return MemorySeal(self._raw)


KeyRing = Mapping[tuple[Scope, str], ReadyKey]
"""Scope keys by scope and key id."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Checks rows against the signing key and opens sealed values."""

    signer: Signer
    unwrapped: PrivateKeys
    table_label: str

    def verify_token(self, token: BootToken) -> None:
        """Raise `IntegrityError` for a boot token that we did not issue, or whose row was changed since."""
        check_proof(self.signer.verifier(), self.table_label, token)

    def verify(self, secrets: Iterable[Secret], contents: Sequence[ScopeContents] = ()) -> None:
        """Raise `IntegrityError` for the first secret whose row was changed or moved.

        Those of `contents` that were verified before are not verified again.
        """
        verifier, proven = self.signer.verifier(), {scope.scope: scope.proven for scope in contents}
        for secret in secrets:
            known = proven.get(secret.scope, {})
            if known.get(secret.env_name) is not secret:
                known[secret.env_name] = verify_secret(verifier, self.table_label, secret)

    def open_all(self, secrets: Sequence[Secret], contents: Sequence[ScopeContents]) -> list[SecretValue | None]:
        """The values of verified `secrets`, in order; None where what was sealed cannot be a value.

        A client seals what we cannot see, so NUL, non-UTF-8 and emptiness are met here for the first time. Where
        `contents` are kept, what was opened is sealed again for this process's memory, and opened from there.
        """
        ring, resealed = self._ring(secrets, contents), {scope.scope: scope.resealed for scope in contents}
        return [_opened(s, ring[s.scope, s.sealed.key_id], resealed.get(s.scope)) for s in secrets]

    def _ring(self, secrets: Iterable[Secret], contents: Sequence[ScopeContents]) -> KeyRing:
        wanted = sorted({(s.scope, s.sealed.key_id) for s in secrets}, key=lambda pair: (pair[0].key, pair[1]))
        stored = {(key.scope, key.key_id): key for scope in contents for key in scope.keys}
        keys = [_stored_key(stored, scope, key_id) for scope, key_id in wanted]
        if not keys:
            return {}
        self._verify_keys(keys, contents)
        return dict(zip(wanted, map(ReadyKey, self.unwrapped.private_keys(keys)), strict=True))

    def _verify_keys(self, keys: Iterable[ScopeKey], contents: Sequence[ScopeContents]) -> None:
        verifier, proven = self.signer.verifier(), {scope.scope: scope.proven for scope in contents}
        for key in keys:
            if proven[key.scope].get(key.key_id) is not key:
                proven[key.scope][key.key_id] = verify_scope_key(verifier, self.table_label, key)


def _stored_key(stored: Mapping[tuple[Scope, str], ScopeKey], scope: Scope, key_id: str) -> ScopeKey:
    try:
        return stored[scope, key_id]
    except KeyError:
        raise IntegrityError(f"A key of scope {scope.label} is gone; restore the table's key rows") from None


def _opened(secret: Secret, key: ReadyKey, resealed: Resealed | None) -> SecretValue | None:
    sealed = secret.sealed
    if sealed.suite != SUITE_NAME:
        raise IntegrityError(f"The secret {secret.env_name} is sealed with a suite this version does not know")
    variable = secret.env_name
    known = resealed.get(variable) if resealed is not None else None
    if known is not None and known[0] is secret:
        return SecretValue(key.memory.open(known[1], variable).decode())
    private = key.private  # a key that is none is not the secret's fault
    try:
        plain = private.open(sealed.ciphertext, value_info(secret.org, secret.scope.key, variable))
        value = SecretValue(plain.decode())
    except IntegrityError:
        # Signed by us but not openable: the client sealed it to something else. A row changed later fails `verify`.
        return None
    except (UnicodeDecodeError, BootsealError):
        return None
    if resealed is not None:
        resealed[variable] = secret, key.memory.seal(plain, variable)
    return value
