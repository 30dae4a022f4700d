"""Wiring: which adapter stands behind which service, made at first use and kept for the life of the process.

Nothing is made at import: a snapshot holds no client and no key, and tests may set the environment first. Each
function imports only what it needs.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from bootseal.settings import Settings, read_settings

if TYPE_CHECKING:
    from bootseal.adapters.boot_store import AuditStore, BootTokenStore
    from bootseal.adapters.environment_store import EnvironmentStore
    from bootseal.adapters.kms import KmsSigner, KmsWrapper
    from bootseal.adapters.secret_store import SecretStore
    from bootseal.adapters.table import Table
    from bootseal.auth import TokenVerifier
    from bootseal.services.auditing import AuditTrail
    from bootseal.services.boot import Boot
    from bootseal.services.boot_tokens import BootTokens
    from bootseal.services.boots import BootList
    from bootseal.services.cloning import SecretCloner
    from bootseal.services.creating import SecretCreator
    from bootseal.services.environments import EnvironmentEditor, EnvironmentRemover, EnvironmentViewer
    from bootseal.services.history import Rollback, SecretHistory
    from bootseal.services.idempotency import Once
    from bootseal.services.importing import Importer
    from bootseal.services.key_rotation import KeyRotation
    from bootseal.services.opening import Opener
    from bootseal.services.previewing import Previewer
    from bootseal.services.public_keys import PublicKeys
    from bootseal.services.removal import UserRemover
    from bootseal.services.resolving import Resolver
    from bootseal.services.scope_keys import ScopeKeys
    from bootseal.services.secrets import SecretEditor, SecretRemover
    from bootseal.services.succession import Signing
    from bootseal.services.viewing import SecretList, SecretViewer


@cache
def settings() -> Settings:
    """This process's settings."""
    return read_settings()


def _client(service: Any) -> Any:
    import boto3
    from botocore.config import Config

    from bootseal.adapters import whole_answers

    # Short timeouts and few tries: a caller waits behind an API with a limit of 29 s, and retries with the whole call.
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=16,
    )
    return whole_answers.install(boto3.client(service, config=config))


@cache
def table() -> "Table":
    """The table."""
    from bootseal.adapters.quick_items import install
    from bootseal.adapters.table import Table

    return Table(install(_client("dynamodb")), settings().table_name)


@cache
def _kms() -> Any:
    return _client("kms")


@cache
def signer() -> "KmsSigner":
    """The signing key."""
    from bootseal.adapters.kms import KmsSigner

    return KmsSigner(_kms(), settings().signing_key_id)


@cache
def wrapper() -> "KmsWrapper":
    """The seal key."""
    from bootseal.adapters.kms import KmsWrapper

    return KmsWrapper(_kms(), settings().seal_key_id)


@cache
def clock() -> Any:
    """The machine's clock."""
    from bootseal.ids import SystemClock

    return SystemClock()


@cache
def secret_store() -> "SecretStore":
    """Rows of secrets and scope keys."""
    from bootseal.adapters.secret_store import SecretStore

    return SecretStore(table(), settings().audit_days)


@cache
def token_store() -> "BootTokenStore":
    """Rows of boot tokens."""
    from bootseal.adapters.boot_store import BootTokenStore

    return BootTokenStore(table(), settings().audit_days)


@cache
def audit_store() -> "AuditStore":
    """Rows of the audit trail, for appending."""
    from bootseal.adapters.boot_store import AuditStore

    return AuditStore(table(), settings().audit_days)


@cache
def scope_keys() -> "ScopeKeys":
    """Finding and making scope keys."""
    from bootseal.services.scope_keys import ScopeKeys

    return ScopeKeys(secret_store(), wrapper(), signer(), clock(), settings().table_label)


@cache
def signing() -> "Signing":
    """Signing and checking versions of secrets."""
    from bootseal.services.succession import Signing

    return Signing(signer(), clock(), settings().table_label)


@cache
def secret_editor() -> "SecretEditor":
    """Creating and changing secrets."""
    from bootseal.services.secrets import SecretEditor

    store = secret_store()
    return SecretEditor(store, store, scope_keys(), signing())


@cache
def once() -> "Once":
    """Carrying requests out once."""
    from bootseal.services.idempotency import Once

    return Once(secret_store(), clock())


@cache
def secret_creator() -> "SecretCreator":
    """Creating secrets, once a request."""
    from bootseal.services.creating import SecretCreator

    return SecretCreator(secret_editor(), secret_store(), once())


@cache
def secret_history() -> "SecretHistory":
    """Listing versions."""
    from bootseal.services.history import SecretHistory

    return SecretHistory(secret_store())


@cache
def rollback() -> "Rollback":
    """Going back to earlier values."""
    from bootseal.services.history import Rollback

    store = secret_store()
    return Rollback(store, store, signing())


@cache
def cloner() -> "SecretCloner":
    """Copying secrets."""
    from bootseal.services.cloning import Cloner, SecretCloner

    store = secret_store()
    return SecretCloner(Cloner(store, store, scope_keys(), unkept_opener(), signing()), store, once())


@cache
def importer() -> "Importer":
    """Importing secrets."""
    from bootseal.adapters.import_store import TableImportStore
    from bootseal.services.importing import Importer

    store = TableImportStore(table(), secret_store(), settings().audit_days)
    return Importer(store, scope_keys(), signing(), once())


@cache
def key_rotation() -> "KeyRotation":
    """Rotating scope keys."""
    from bootseal.services.key_rotation import KeyRotation

    store = secret_store()
    return KeyRotation(store, store, scope_keys(), unkept_opener(), signing(), audit_store())


@cache
def user_remover() -> "UserRemover":
    """Removing users."""
    from bootseal.adapters.removal_store import TableRemovalStore
    from bootseal.services.removal import UserRemover

    store = secret_store()
    return UserRemover(store, store, TableRemovalStore(table(), store, settings().audit_days), clock())


@cache
def secret_remover() -> "SecretRemover":
    """Deleting secrets."""
    from bootseal.services.secrets import SecretRemover

    store = secret_store()
    return SecretRemover(store, store, clock())


@cache
def secret_viewer() -> "SecretViewer":
    """Looking at one secret."""
    from bootseal.services.viewing import SecretViewer

    return SecretViewer(secret_store())


@cache
def secret_list() -> "SecretList":
    """Listing and searching secrets."""
    from bootseal.services.viewing import SecretList

    return SecretList(secret_store())


@cache
def public_keys() -> "PublicKeys":
    """What a client needs to seal a value itself."""
    from bootseal.services.public_keys import PublicKeys

    return PublicKeys(scope_keys())


@cache
def boot_tokens() -> "BootTokens":
    """Issuing boot tokens."""
    from bootseal.services.boot_tokens import BootTokens
    from bootseal.token_signing import TokenSigner

    prover = TokenSigner(signer(), settings().table_label)
    return BootTokens(token_store(), environment_store(), prover, clock())


@cache
def unkept_opener() -> "Opener":
    """Verifying and opening secrets without keeping a scope's key beyond the call."""
    from bootseal.services.key_cache import UnkeptKeys
    from bootseal.services.opening import Opener

    return Opener(signer(), UnkeptKeys(wrapper()), settings().table_label)


@cache
def opener() -> "Opener":
    """Verifying and opening secrets."""
    import time

    from bootseal.services.key_cache import UnwrappedKeys
    from bootseal.services.opening import Opener

    return Opener(signer(), UnwrappedKeys(wrapper(), time.monotonic), settings().table_label)


@cache
def boot() -> "Boot":
    """Answering VMs."""
    from bootseal.adapters.receipt_store import BootReceiptStore
    from bootseal.services.boot import Boot
    from bootseal.services.boot_environments import BootEnvironments

    receipts = BootReceiptStore(table(), settings().receipt_days)
    environments = BootEnvironments(environment_store(), signer(), settings().table_label)
    return Boot(token_store(), secret_store(), environments, receipts, audit_store(), opener(), clock())


@cache
def environment_store() -> "EnvironmentStore":
    """Rows of environments."""
    from bootseal.adapters.environment_store import EnvironmentStore

    return EnvironmentStore(table(), settings().audit_days)


@cache
def environment_viewer() -> "EnvironmentViewer":
    """Looking at environments."""
    from bootseal.services.environments import EnvironmentViewer

    return EnvironmentViewer(environment_store())


@cache
def environment_editor() -> "EnvironmentEditor":
    """Making and changing environments; knows credentials by their looks."""
    from bootseal.services.environments import EnvironmentEditor
    from bootseal.services.sensitivity import sensitive

    store = environment_store()
    return EnvironmentEditor(store, store, signer(), clock(), settings().table_label, sensitive)


@cache
def environment_remover() -> "EnvironmentRemover":
    """Deleting environments."""
    from bootseal.services.environments import EnvironmentRemover

    store = environment_store()
    return EnvironmentRemover(store, store, clock())


def boot_list() -> "BootList":
    """Listing receipts. Made for each request: it remembers what it has read."""
    from bootseal.adapters.audit_log import TableAuditLog
    from bootseal.adapters.boot_log import TableBootLog
    from bootseal.services.boots import BootList

    return BootList(TableBootLog(table()), TableAuditLog(table()))


def audit_trail() -> "AuditTrail":
    """Asking the audit trail. Made for each request."""
    from bootseal.adapters.audit_log import TableAuditLog
    from bootseal.adapters.boot_log import TableBootLog
    from bootseal.services.auditing import AuditTrail

    return AuditTrail(TableAuditLog(table()), TableBootLog(table()))


@cache
def previewer() -> "Previewer":
    """Looking ahead at boots."""
    from bootseal.services.previewing import Previewer

    return Previewer(secret_store(), environment_store(), clock())


@cache
def resolver() -> "Resolver":
    """Filling placeholders."""
    from bootseal.services.resolving import Resolver

    store = secret_store()
    return Resolver(store, store, opener(), audit_store(), clock())


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


def reset() -> None:
    """Forget everything made so far, for tests that change the environment."""
    for made in list(globals().values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()
