"""What a client needs to seal a value itself, so that the clear value never leaves it."""

from dataclasses import dataclass

from bootseal.model import Caller, Scope
from bootseal.names import check_not_reserved
from bootseal.sealing import SUITE_NAME, value_info
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.scope_keys import ScopeKeys


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A scope's public key, and the context one secret's value is to be sealed under."""

    key_id: str
    suite: str
    public_key: bytes
    info: bytes


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Hands out scopes' public keys."""

    keys: ScopeKeys

    def for_name(self, caller: Caller, scope: Scope, name: str) -> SealingKey:
        """The newest key of `scope`, made now if there is none. Raises `InvalidName`, `ReservedName`."""
        require_in_scope(caller, MANAGE, scope)
        variable = check_not_reserved(name)
        newest = self.keys.ensured(caller, scope)[-1]
        return SealingKey(newest.key_id, SUITE_NAME, newest.public_key, value_info(caller.org, scope.key, variable))
