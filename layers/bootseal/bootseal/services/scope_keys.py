"""Scope keys: found, verified, or made when a scope gets its first secret."""

from collections.abc import Sequence
from dataclasses import dataclass

from bootseal.audit_model import Action, event_by
from bootseal.errors import Conflict
from bootseal.ids import new_event_id, timestamp
from bootseal.model import Caller, Scope, ScopeKey
from bootseal.ports import Clock, KeyWrapper, ScopeKeyStore, Signer
from bootseal.sealing import generate_key_pair
from bootseal.signing import Verifier, scope_key_statement


def verify_scope_key(verifier: Verifier, table_label: str, key: ScopeKey) -> ScopeKey:
    """Return `key` if its signature holds; raise `IntegrityError` if not."""
    verifier.verify(scope_key_statement(table_label, key), key.signature, f"A key of scope {key.scope.label}")
    return key


@dataclass(frozen=True, slots=True)
class ScopeKeys:
    """Finds the key a value is to be sealed to."""

    store: ScopeKeyStore
    wrapper: KeyWrapper
    signer: Signer
    clock: Clock
    table_label: str

    def verified(self, org: str, scope: Scope) -> Sequence[ScopeKey]:
        """All keys of a scope, oldest first, each verified."""
        keys = self.store.keys(org, scope)
        # The verifier is asked for only where there is a key: it may cost a call.
        return [verify_scope_key(self.signer.verifier(), self.table_label, key) for key in keys]

    def ensured(self, caller: Caller, scope: Scope) -> Sequence[ScopeKey]:
        """All keys of a scope, oldest first and at least one: the first is made now if there is none."""
        return self.verified(caller.org, scope) or self._first(caller, scope)

    def _first(self, caller: Caller, scope: Scope) -> Sequence[ScopeKey]:
        key = self.add(caller, scope, generation=1, action=Action.SCOPE_KEY_CREATE)
        if key is not None:
            return [key]
        keys = self.verified(caller.org, scope)  # A lost race uses the winner's.
        if not keys:
            raise Conflict("The scope's key was being made by another request; try again.")
        return keys

    def add(self, caller: Caller, scope: Scope, generation: int, action: Action) -> ScopeKey | None:
        """Make and store key number `generation`; None where somebody else just did."""
        key = self._made(caller.org, scope, generation)
        event = event_by(caller, action, key.created_at, new_event_id(), scope=scope, details=(("key_id", key.key_id),))
        return key if self.store.add_key(key, event) else None

    def _made(self, org: str, scope: Scope, generation: int) -> ScopeKey:
        private, public = generate_key_pair()
        now = timestamp(self.clock.now())
        bare = ScopeKey(org, scope, generation, public, b"", now)
        wrapped = self.wrapper.wrap(private, org, scope.key, bare.key_id)
        unsigned = ScopeKey(org, scope, generation, public, wrapped, now)
        signature = self.signer.sign(scope_key_statement(self.table_label, unsigned))
        return ScopeKey(org, scope, generation, public, wrapped, now, signature)
