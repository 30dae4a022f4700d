"""Who may call what with the keys: the table of docs/architecture.md, for the functions there are and will be."""

_DECRYPT, _ENCRYPT, _SIGN, _VERIFY = "kms:Decrypt", "kms:Encrypt", "kms:Sign", "kms:GetPublicKey"
_WRITE = frozenset({_ENCRYPT, _SIGN, _VERIFY})
_RESEAL = _WRITE | {_DECRYPT}

KMS: dict[str, frozenset[str]] = {
    "create_secret": _WRITE,
    "update_secret": _WRITE,
    "import_secrets": _WRITE,
    "get_public_key": _WRITE,
    "rollback_secret": frozenset({_SIGN, _VERIFY}),
    "clone_secret": _RESEAL,
    "rotate_scope_key": _RESEAL,
    "boot_inject": frozenset({_DECRYPT, _VERIFY}),
    "resolve_templates": frozenset({_DECRYPT, _VERIFY}),
    # Vouches for the short-lived key it signs tokens with, see docs/adr/0003-signed-boot-tokens.md.
    "issue_boot_token": frozenset({_SIGN}),
    # Environments are plain, but signed: what a boot takes from them must be what somebody with the right put there.
    "put_environment": frozenset({_SIGN, _VERIFY}),
}
"""A function that is not here may do nothing with the keys."""

ACTIONS = sorted(_RESEAL)


def may_use_key(function: str, action: str) -> bool:
    """Say whether the table lets a function do something with the keys."""
    return action in KMS.get(function, ())
