"""Imports that die at one of their steps, as a function does that is killed."""

from typing import Any

import pytest

from bootseal.adapters.import_store import TableImportStore

STEPS = ("begin", "stage", "commit", "settle")


class KilledError(BaseException):
    """Passes every handler, as a kill does."""


class Death:
    """Kills an import when it comes to `step`, be it its own or, while it clears up, that of one that died before."""

    def __init__(self, step: str) -> None:
        self.step = step
        self._begun = False

    @property
    def after_commit(self) -> bool:
        """Whether the import that died had committed, so that all of it holds."""
        return self.step == "settle" and self._begun

    def await_import(self, patch: pytest.MonkeyPatch) -> None:
        """Have the next import die, until `patch` is undone."""
        begin = TableImportStore.begin

        def beginning(store: TableImportStore, *arguments: Any) -> None:
            self._begun = True
            begin(store, *arguments)

        patch.setattr(TableImportStore, "begin", beginning)
        patch.setattr(TableImportStore, self.step, _killed)


def _killed(*_: object, **__: object) -> None:
    raise KilledError
