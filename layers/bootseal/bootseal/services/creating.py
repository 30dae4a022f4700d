"""Creating a secret once, however often the request comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bootseal.model import Caller, Scope, Secret
from bootseal.ports import HistoryReader
from bootseal.services.access import MANAGE, require_in_scope
from bootseal.services.idempotency import Field, Once, value_fields, what_was_made
from bootseal.services.secrets import Draft, SecretEditor


@dataclass(frozen=True, slots=True)
class SecretCreator:
    """Creates secrets."""

    editor: SecretEditor
    reader: HistoryReader
    once: Once

    def create(self, caller: Caller, scope: Scope, draft: Draft, key: str | None = None) -> tuple[Secret, bool]:
        """A new secret, or the one this request (by its `Idempotency-Key`) made before; the flag says which.

        Raises what `SecretEditor.create` raises, and `IdempotencyConflict`.
        """
        require_in_scope(caller, MANAGE, scope)
        work = partial(self.editor.create, caller, scope, draft)
        return self.once.run(caller, key, _fields(scope, draft), work, partial(what_was_made, self.reader))


def _fields(scope: Scope, draft: Draft) -> Iterator[Field]:
    yield from ("POST /v1/secrets", scope.key, draft.name, draft.description)
    yield from (draft.auto_install, draft.instructions_safe, *value_fields(draft.value))
