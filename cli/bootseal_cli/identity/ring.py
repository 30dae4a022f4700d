"""The OS keyring, where the optional `keyring` package and a real backend are there. Never a reason to fail."""

from types import ModuleType

_SERVICE = "bootseal"
_ENTRY = "tokens"


def put(text: str) -> bool:
    """Store `text`; return whether the keyring took it."""
    keyring = _usable()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, _ENTRY, text)
    except Exception:  # noqa: BLE001 - each backend raises its own; the file stands in for all of them
        return False
    return True


def get() -> str | None:
    """Return what is stored, or None."""
    keyring = _usable()
    if keyring is None:
        return None
    try:
        found = keyring.get_password(_SERVICE, _ENTRY)
    except Exception:  # noqa: BLE001 - a locked or broken keyring means signing in again, not a crash
        return None
    return found if isinstance(found, str) else None


def remove() -> None:
    """Forget what is stored, if anything is."""
    keyring = _usable()
    if keyring is None:
        return
    try:
        keyring.delete_password(_SERVICE, _ENTRY)
    except Exception:  # noqa: BLE001 - nothing stored is an error for some backends
        return


def _usable() -> ModuleType | None:
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    # `fail` and `null` are what keyring falls back to where the machine has no keyring at all.
    if isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring):
        return None
    return keyring  # type: ignore[no-any-return]  # the optional package brings no types here
