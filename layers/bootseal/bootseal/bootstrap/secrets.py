"""What is done to secrets."""

from functools import cache
from typing import TYPE_CHECKING

from bootseal.bootstrap import clients, stores

if TYPE_CHECKING:
    from bootseal.services.cloning import SecretCloner
    from bootseal.services.creating import SecretCreator
    from bootseal.services.history import Rollback, SecretHistory
    from bootseal.services.idempotency import Once
    from bootseal.services.importing import Importer
    from bootseal.services.key_rotation import KeyRotation
    from bootseal.services.opening import Opener
    from bootseal.services.public_keys import PublicKeys
    from bootseal.services.removal import UserRemover
    from bootseal.services.scope_keys import ScopeKeys
    from bootseal.services.secrets import SecretEditor, SecretRemover
    from bootseal.services.succession import Signing
    from bootseal.services.viewing import SecretList, SecretViewer


@cache
def scope_keys() -> "ScopeKeys":
    """Finding and making scope keys."""
    from bootseal.services.scope_keys import ScopeKeys

    return ScopeKeys(
        stores.secret_store(), clients.wrapper(), clients.signer(), clients.clock(), clients.settings().table_label
    )


@cache
def signing() -> "Signing":
    """Signing and checking versions of secrets."""
    from bootseal.services.succession import Signing

    return Signing(clients.signer(), clients.clock(), clients.settings().table_label)


@cache
def once() -> "Once":
    """Carrying requests out once."""
    from bootseal.services.idempotency import Once

    return Once(stores.secret_store(), clients.clock())


@cache
def secret_editor() -> "SecretEditor":
    """Creating and changing secrets."""
    from bootseal.services.secrets import SecretEditor

    store = stores.secret_store()
    return SecretEditor(store, store, scope_keys(), signing())


@cache
def secret_creator() -> "SecretCreator":
    """Creating secrets, once a request."""
    from bootseal.services.creating import SecretCreator

    return SecretCreator(secret_editor(), stores.secret_store(), once())


@cache
def secret_history() -> "SecretHistory":
    """Listing versions."""
    from bootseal.services.history import SecretHistory

    return SecretHistory(stores.secret_store())


@cache
def rollback() -> "Rollback":
    """Going back to earlier values."""
    from bootseal.services.history import Rollback

    store = stores.secret_store()
    return Rollback(store, store, signing())


@cache
def cloner() -> "SecretCloner":
    """Copying secrets."""
    from bootseal.services.cloning import Cloner, SecretCloner

    store = stores.secret_store()
    return SecretCloner(Cloner(store, store, scope_keys(), unkept_opener(), signing()), store, once())


@cache
def importer() -> "Importer":
    """Importing secrets."""
    from bootseal.adapters.import_store import TableImportStore
    from bootseal.services.importing import Importer

    store = TableImportStore(clients.table(), stores.secret_store(), clients.settings().audit_days)
    return Importer(store, scope_keys(), signing(), once())


@cache
def key_rotation() -> "KeyRotation":
    """Rotating scope keys."""
    from bootseal.services.key_rotation import KeyRotation

    store = stores.secret_store()
    return KeyRotation(store, store, scope_keys(), unkept_opener(), signing(), stores.audit_store())


@cache
def unkept_opener() -> "Opener":
    """Verifying and opening secrets without keeping a scope's key beyond the call."""
    from bootseal.services.key_cache import UnkeptKeys
    from bootseal.services.opening import Opener

    return Opener(clients.signer(), UnkeptKeys(clients.wrapper()), clients.settings().table_label)


@cache
def user_remover() -> "UserRemover":
    """Removing users."""
    from bootseal.adapters.removal_store import TableRemovalStore
    from bootseal.services.removal import UserRemover

    store = stores.secret_store()
    return UserRemover(
        store, store, TableRemovalStore(clients.table(), store, clients.settings().audit_days), clients.clock()
    )


@cache
def secret_remover() -> "SecretRemover":
    """Deleting secrets."""
    from bootseal.services.secrets import SecretRemover

    store = stores.secret_store()
    return SecretRemover(store, store, clients.clock())


@cache
def secret_viewer() -> "SecretViewer":
    """Looking at one secret."""
    from bootseal.services.viewing import SecretViewer

    return SecretViewer(stores.secret_store())


@cache
def secret_list() -> "SecretList":
    """Listing and searching secrets."""
    from bootseal.services.viewing import SecretList

    return SecretList(stores.secret_store())


@cache
def public_keys() -> "PublicKeys":
    """What a client needs to seal a value itself."""
    from bootseal.services.public_keys import PublicKeys

    return PublicKeys(scope_keys())
