"""Turning what a client sent into a sealed value, whether it sealed it itself or not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bootseal.errors import InvalidValue, Unprocessable, ValueTooLarge
from bootseal.model import VALUE_MAX_BYTES, ScopeKey, SealedValue, SecretValue, check_hint
from bootseal.sealing import OVERHEAD_BYTES, SUITE_NAME, seal, value_info


@dataclass(frozen=True, slots=True)
class SealedInput:
    """A value the client sealed with the scope's public key."""

    ciphertext: bytes = field(repr=False)
    key_id: str
    hint: str | None = None


ValueInput = SecretValue | SealedInput
"""A value as it arrives."""


def sealed_value(given: ValueInput, keys: Sequence[ScopeKey], env_name: str) -> SealedValue:
    """Seal `given` to the newest of `keys`, or take it as sealed after checking what can be checked.

    What nobody here can see of a client-sealed value (NUL, UTF-8) is checked at boot.
    """
    if isinstance(given, SealedInput):
        check_sealed(given, {key.key_id for key in keys})
        return SealedValue(given.ciphertext, given.key_id, SUITE_NAME, given.hint)
    return seal_to(keys[-1], env_name, given)


def seal_to(key: ScopeKey, env_name: str, value: SecretValue) -> SealedValue:
    """Seal a clear value to `key`, for `env_name` in the key's own org and scope."""
    info = value_info(key.org, key.scope.key, env_name)
    ciphertext = seal(key.public_key, value.reveal().encode(), info)
    return SealedValue(ciphertext, key.key_id, SUITE_NAME, value.hint())


def check_sealed(given: SealedInput, key_ids: Collection[str]) -> None:
    """Raise `InvalidValue`, `ValueTooLarge` or `Unprocessable` where a client-sealed value cannot be taken."""
    size = len(given.ciphertext) - OVERHEAD_BYTES
    if size < 1:
        raise InvalidValue.of_field("encrypted_value", "is too short to be a sealed value of at least one byte")
    if size > VALUE_MAX_BYTES:
        raise ValueTooLarge.of_field("encrypted_value", f"seals {size} bytes; at most {VALUE_MAX_BYTES} can be stored")
    if given.key_id not in key_ids:
        raise Unprocessable.of_field("key_id", "is not a key of this scope; fetch the scope's public key again")
    if given.hint is not None:
        check_hint(given.hint)
