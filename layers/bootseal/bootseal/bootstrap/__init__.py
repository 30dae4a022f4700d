"""Wiring: which adapter stands behind which service, made at first use and kept for the life of the process.

Nothing is made at import: a snapshot holds no client and no key, and tests may set the environment first. Each
function imports only what it needs. The modules find each other's parts when they are asked for one, so a test that
puts another client or clock in its module's place is obeyed by all.
"""

from bootseal.bootstrap.boots import (
    audit_trail,
    boot,
    boot_list,
    boot_tokens,
    bundles,
    environment_editor,
    environment_remover,
    environment_viewer,
    opener,
    previewer,
    resolver,
    token_verifier,
)
from bootseal.bootstrap.clients import aws_client, aws_config, clock, kms, settings, signer, table, wrapper
from bootseal.bootstrap.secrets import (
    cloner,
    importer,
    key_rotation,
    once,
    public_keys,
    rollback,
    scope_keys,
    secret_creator,
    secret_editor,
    secret_history,
    secret_list,
    secret_remover,
    secret_viewer,
    signing,
    unkept_opener,
    user_remover,
)
from bootseal.bootstrap.stores import audit_store, environment_store, secret_store, token_store

__all__ = [
    "audit_store",
    "audit_trail",
    "aws_client",
    "aws_config",
    "boot",
    "boot_list",
    "boot_tokens",
    "bundles",
    "clock",
    "cloner",
    "environment_editor",
    "environment_remover",
    "environment_store",
    "environment_viewer",
    "importer",
    "key_rotation",
    "kms",
    "once",
    "opener",
    "previewer",
    "public_keys",
    "reset",
    "resolver",
    "rollback",
    "scope_keys",
    "secret_creator",
    "secret_editor",
    "secret_history",
    "secret_list",
    "secret_remover",
    "secret_store",
    "secret_viewer",
    "settings",
    "signer",
    "signing",
    "table",
    "token_store",
    "token_verifier",
    "unkept_opener",
    "user_remover",
    "wrapper",
]


def reset() -> None:
    """Forget everything made so far, for tests that change the environment."""
    for made in list(globals().values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()
