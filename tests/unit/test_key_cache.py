"""Unwrapped keys: kept for a short while, found only by all they were unwrapped under."""

from dataclasses import dataclass, field, replace

import pytest

from bootseal.errors import IntegrityError
from bootseal.model import SHARED, ScopeKey, private_scope
from bootseal.services.key_cache import CACHE_MAX, CACHE_SECONDS, UnwrappedKeys

KEY = ScopeKey("acme", SHARED, 1, b"public", b"wrapped", "2026-01-02T03:04:05.678Z")


@dataclass
class Kms:
    """Unwraps under the context a key was wrapped with and under no other, as KMS does."""

    wrapped: dict[bytes, tuple[str, str, str]]
    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def unwrap(self, wrapped: bytes, org: str, scope_key: str, key_id: str) -> bytes:
        self.calls.append((org, scope_key, key_id))
        if self.wrapped.get(wrapped) != (org, scope_key, key_id):
            raise IntegrityError("The seal key refuses what is stored: it was changed or moved")
        return b"private of " + wrapped


@pytest.fixture
def kms() -> Kms:
    return Kms({b"wrapped": ("acme", "shared", "k000001")})


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def keys(kms: Kms, clock: list[float]) -> UnwrappedKeys:
    return UnwrappedKeys(kms, lambda: clock[0])


def test_a_key_is_unwrapped_once_while_it_is_held(keys: UnwrappedKeys, kms: Kms, clock: list[float]) -> None:
    for _ in range(5):
        assert keys.private_keys([KEY]) == [b"private of wrapped"]
    assert len(kms.calls) == 1


def test_a_key_is_held_five_minutes_and_then_gone_from_memory(
    keys: UnwrappedKeys, kms: Kms, clock: list[float]
) -> None:
    keys.private_keys([KEY])
    clock[0] = CACHE_SECONDS - 1
    keys.private_keys([KEY])
    assert len(kms.calls) == 1
    clock[0] = CACHE_SECONDS
    kms.wrapped[b"other"] = ("acme", "shared", "k000002")
    keys.private_keys([replace(KEY, generation=2, wrapped_private_key=b"other")])
    assert [private for _, private in keys._held.values()] == [b"private of other"]
    keys.private_keys([KEY])
    assert len(kms.calls) == 3


@pytest.mark.parametrize(
    "moved",
    [
        replace(KEY, org="globex"),
        replace(KEY, scope=private_scope("mallory")),
        replace(KEY, generation=2),
        replace(KEY, wrapped_private_key=b"changed"),
    ],
    ids=["org", "scope", "key id", "wrapped key"],
)
def test_a_warm_cache_never_stands_in_for_a_context_kms_would_refuse(keys: UnwrappedKeys, moved: ScopeKey) -> None:
    keys.private_keys([KEY])
    with pytest.raises(IntegrityError):
        keys.private_keys([moved])
    assert keys.private_keys([KEY]) == [b"private of wrapped"]


def test_a_refusal_is_not_remembered_as_an_answer(keys: UnwrappedKeys, kms: Kms) -> None:
    bad = replace(KEY, org="globex")
    for _ in range(2):
        with pytest.raises(IntegrityError):
            keys.private_keys([bad])
    assert len(kms.calls) == 2
    assert len(keys._held) == 0


def test_the_cache_is_bounded(keys: UnwrappedKeys, kms: Kms) -> None:
    for number in range(CACHE_MAX + 10):
        kms.wrapped[b"w%d" % number] = (f"org{number}", "shared", "k000001")
        keys.private_keys([replace(KEY, org=f"org{number}", wrapped_private_key=b"w%d" % number)])
    assert len(keys._held) == CACHE_MAX


def test_a_cache_that_is_printed_shows_no_key(keys: UnwrappedKeys) -> None:
    keys.private_keys([KEY])
    assert "private of" not in repr(keys)


def test_several_keys_come_in_the_order_they_were_asked_for_each_unwrapped_once(keys: UnwrappedKeys, kms: Kms) -> None:
    kms.wrapped[b"other"] = ("acme", "shared", "k000002")
    other = replace(KEY, generation=2, wrapped_private_key=b"other")
    assert keys.private_keys([other]) == [b"private of other"]
    expected = [b"private of wrapped", b"private of other", b"private of wrapped"]
    assert keys.private_keys([KEY, other, KEY]) == keys.private_keys([KEY, other, KEY]) == expected
    assert len(kms.calls) == 2


def test_a_key_that_is_refused_keeps_no_other_from_being_held(keys: UnwrappedKeys, kms: Kms) -> None:
    with pytest.raises(IntegrityError):
        keys.private_keys([replace(KEY, org="globex"), KEY])
    assert keys.private_keys([KEY]) == [b"private of wrapped"]
    assert len(kms.calls) == 2
