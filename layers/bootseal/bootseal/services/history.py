"""A secret's versions: looking at them, and going back to one. Nothing here can open one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bootseal.audit_model import Action
from bootseal.errors import IntegrityError, SecretNotFound, VersionMismatch, VersionNotFound
from bootseal.model import KEPT_VERSIONS, Caller, Scope, Secret
from bootseal.names import env_name
from bootseal.ports import HistoryReader, SecretWriter
from bootseal.services.access import MANAGE, READ, require_in_scope
from bootseal.services.secrets import TRIES, contended
from bootseal.services.succession import Signing, Succession, found, matching


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a secret, whether it is the current one, and whether it brought another value than the last."""

    secret: Secret
    current: bool
    value_changed: bool


@dataclass(frozen=True, slots=True)
class SecretHistory:
    """Lists versions."""

    reader: HistoryReader

    def versions(self, caller: Caller, scope: Scope, name: str) -> Sequence[Version]:
        """The kept versions, newest first. Raises `SecretNotFound`, `NotAllowed`, `InvalidName`."""
        require_in_scope(caller, READ, scope)
        kept = self.reader.history(caller.org, scope, env_name(name))
        if not kept:
            raise SecretNotFound
        return numbered(kept)


def numbered(kept: Sequence[Secret]) -> Sequence[Version]:
    """What is to be said of versions, given newest first."""
    changes = [*(newer.value_version != older.value_version for newer, older in pairwise(kept))]
    changes.append(_began_a_value(kept))
    return [
        Version(secret, index == 0, change) for index, (secret, change) in enumerate(zip(kept, changes, strict=True))
    ]


def _began_a_value(kept: Sequence[Secret]) -> bool:
    """Whether the oldest kept version brought its value: what came before is gone.

    It went because its value was one too many, so it was another one; or, in a full history, because of its age.
    """
    oldest = kept[-1]
    return len(kept) <= KEPT_VERSIONS or oldest.version == oldest.value_version


@dataclass(frozen=True, slots=True)
class Rollback:
    """Goes back to an earlier value."""

    reader: HistoryReader
    writer: SecretWriter
    signing: Signing

    def to(self, caller: Caller, scope: Scope, name: str, version: str, if_match: str | None = None) -> Secret:
        """A new version with the value of `version`, copied as it is sealed. The rest stays as it is now.

        Raises `SecretNotFound`, `VersionNotFound`, `VersionMismatch`, `IntegrityError`.
        """
        require_in_scope(caller, MANAGE, scope)
        variable = env_name(name)
        for _ in range(TRIES):
            current = matching(found(self.reader.get(caller.org, scope, variable)), if_match)
            source = self._source(current, version)
            # The value keeps its name, so that going back and forth does not push other values out of the history.
            back = replace(current, sealed=source.sealed, value_version=source.value_version)
            try:
                return Succession(self.writer, self.signing).replaced(caller, current, back, Action.SECRET_ROLLBACK)
            except VersionMismatch:
                continue  # Somebody was first: `matching` decides whether that matters.
        raise contended()

    def _source(self, current: Secret, version: str) -> Secret:
        if version == current.version:
            return current
        if version not in {kept for kept, _ in current.superseded}:
            raise VersionNotFound
        source = self.reader.superseded(current.org, current.scope, current.env_name, version)
        if source is None:
            raise IntegrityError(f"A version of {current.env_name} is gone from the table and cannot be brought back")
        # What is signed again must have been signed before, for this very secret.
        return self.signing.verified(source)
