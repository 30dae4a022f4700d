"""What is done for VMs, and asked about them."""

from functools import cache
from typing import TYPE_CHECKING

from bootseal.bootstrap import clients, stores

if TYPE_CHECKING:
    from bootseal.adapters.contents_cache import CachedBundles
    from bootseal.auth import TokenVerifier
    from bootseal.services.auditing import AuditTrail
    from bootseal.services.boot import Boot
    from bootseal.services.boot_tokens import BootTokens
    from bootseal.services.boots import BootList
    from bootseal.services.environments import EnvironmentEditor, EnvironmentRemover, EnvironmentViewer
    from bootseal.services.opening import Opener
    from bootseal.services.previewing import Previewer
    from bootseal.services.resolving import Resolver


@cache
def boot_tokens() -> "BootTokens":
    """Issuing boot tokens."""
    from bootseal.services.boot_tokens import BootTokens
    from bootseal.token_signing import TokenSigner

    prover = TokenSigner(clients.signer(), clients.settings().table_label)
    return BootTokens(stores.token_store(), stores.environment_store(), prover, clients.clock())


@cache
def opener() -> "Opener":
    """Verifying and opening secrets."""
    import time

    from bootseal.services.key_cache import UnwrappedKeys
    from bootseal.services.opening import Opener

    return Opener(clients.signer(), UnwrappedKeys(clients.wrapper(), time.monotonic), clients.settings().table_label)


@cache
def bundles() -> "CachedBundles":
    """Reading what boots need, by way of what was read before."""
    import time

    from bootseal.adapters.contents_cache import CachedBundles, KeptScopes

    return CachedBundles(stores.secret_store(), KeptScopes(time.monotonic))


@cache
def boot() -> "Boot":
    """Answering VMs."""
    from bootseal.adapters.receipt_store import BootReceiptStore
    from bootseal.services.boot import Boot
    from bootseal.services.boot_environments import BootEnvironments

    receipts = BootReceiptStore(clients.table(), clients.settings().receipt_days)
    environments = BootEnvironments(stores.environment_store(), clients.signer(), clients.settings().table_label)
    return Boot(
        stores.token_store(),
        bundles(),
        environments,
        receipts,
        stores.audit_store(),
        opener(),
        clients.clock(),
    )


@cache
def environment_viewer() -> "EnvironmentViewer":
    """Looking at environments."""
    from bootseal.services.environments import EnvironmentViewer

    return EnvironmentViewer(stores.environment_store())


@cache
def environment_editor() -> "EnvironmentEditor":
    """Making and changing environments; knows credentials by their looks."""
    from bootseal.services.environments import EnvironmentEditor
    from bootseal.services.sensitivity import sensitive

    store = stores.environment_store()
    return EnvironmentEditor(store, store, clients.signer(), clients.clock(), clients.settings().table_label, sensitive)


@cache
def environment_remover() -> "EnvironmentRemover":
    """Deleting environments."""
    from bootseal.services.environments import EnvironmentRemover

    store = stores.environment_store()
    return EnvironmentRemover(store, store, clients.clock())


def boot_list() -> "BootList":
    """Listing receipts. Made for each request: it remembers what it has read."""
    from bootseal.adapters.audit_log import TableAuditLog
    from bootseal.adapters.boot_log import TableBootLog
    from bootseal.services.boots import BootList

    return BootList(TableBootLog(clients.table()), TableAuditLog(clients.table()))


def audit_trail() -> "AuditTrail":
    """Asking the audit trail. Made for each request."""
    from bootseal.adapters.audit_log import TableAuditLog
    from bootseal.adapters.boot_log import TableBootLog
    from bootseal.services.auditing import AuditTrail

    return AuditTrail(TableAuditLog(clients.table()), TableBootLog(clients.table()))


@cache
def previewer() -> "Previewer":
    """Looking ahead at boots."""
    from bootseal.services.previewing import Previewer

    return Previewer(stores.secret_store(), stores.environment_store(), clients.clock())


@cache
def resolver() -> "Resolver":
    """Filling placeholders."""
    from bootseal.services.resolving import Resolver

    store = stores.secret_store()
    return Resolver(store, store, opener(), stores.audit_store(), clients.clock())


@cache
def token_verifier() -> "TokenVerifier":
    """Checking access tokens."""
    import os

    from bootseal.adapters.jwks import JwksCache
    from bootseal.auth import TokenVerifier

    issuer = os.environ["OIDC_ISSUER"]
    audiences = tuple(filter(None, os.environ["OIDC_AUDIENCE"].split(",")))
    jwks_url = os.environ.get("OIDC_JWKS_URL") or f"{issuer.rstrip('/')}/.well-known/jwks.json"
    return TokenVerifier(issuer, audiences, os.environ.get("ORG_CLAIM") or "org", JwksCache(jwks_url))
