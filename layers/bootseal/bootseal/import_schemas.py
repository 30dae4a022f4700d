"""The body of an import. What is wrong with one entry is said of that entry, and does not make the body unreadable."""

from typing import Literal

from bootseal import field_types as f
from bootseal.errors import BootsealError
from bootseal.model import parse_scope
from bootseal.schemas import Body, ValueFields
from bootseal.services.import_plan import Entry, OnConflict
from bootseal.services.importing import ImportRequest
from bootseal.services.values import ValueInput


class ImportEntry(ValueFields, frozen=True, kw_only=True):
    """One secret to store. Details that are left out stay as they are where the secret exists."""

    name: f.Name
    description: f.Description | None = None
    auto_install: f.AutoInstall | None = None
    instructions_safe: f.InstructionsSafe | None = None

    def entry(self) -> Entry:
        """The same with its value checked."""
        value, problem = self._checked()
        return Entry(self.name, value, problem, self.description, self.auto_install, self.instructions_safe)

    def _checked(self) -> tuple[ValueInput | None, str]:
        try:
            return self.given_value(), ""
        except BootsealError as error:
            return None, error.detail


class ImportSecrets(Body, frozen=True, kw_only=True):
    """`POST /v1/import`."""

    scope: f.ScopeLabel
    entries: tuple[ImportEntry, ...]
    on_conflict: Literal["fail", "skip", "update"] = "fail"
    dry_run: bool = False

    def request(self, user: str) -> ImportRequest:
        """What `user` asks for. Raises `InvalidScope`."""
        entries = tuple(entry.entry() for entry in self.entries)
        return ImportRequest(parse_scope(self.scope, user), entries, OnConflict(self.on_conflict), self.dry_run)
