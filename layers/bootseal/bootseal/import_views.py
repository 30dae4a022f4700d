"""What the API shows of an import and of the other calls that change many secrets. None holds a value."""

from collections import Counter
from typing import Any

from bootseal.errors import BootsealError, FieldError, ImportConflict, ImportInvalid
from bootseal.services.history import Version
from bootseal.services.import_plan import EntryStatus, Planned
from bootseal.services.importing import ImportRequest, Outcome
from bootseal.services.key_rotation import Progress
from bootseal.services.removal import Removed
from bootseal.views import secret_view


def version_view(version: Version) -> dict[str, Any]:
    """One version of a secret."""
    shown = secret_view(version.secret)
    del shown["last_injected_at"]  # Known of variables, not of versions; `GET /v1/boots` tells which VM has which.
    return {
        **shown,
        "revision": version.secret.revision,
        "current": version.current,
        "value_changed": version.value_changed,
    }


def import_view(request: ImportRequest, outcome: Outcome) -> dict[str, Any]:
    """What became of each entry, in the order they came, and how many of each there are."""
    counted = Counter(str(item.status) for item in outcome.items)
    return {
        "scope": request.scope.label,
        "dry_run": request.dry_run,
        "applied": outcome.applied,
        "counts": {str(status): counted[str(status)] for status in EntryStatus},
        "items": [_item(item) for item in outcome.items],
    }


def import_problem(request: ImportRequest, outcome: Outcome) -> BootsealError:
    """The error of an import that was refused. Its document has the whole plan beside what is at fault."""
    conflicts = all(item.status is EntryStatus.CONFLICT for item in outcome.refused)
    kind: type[BootsealError] = ImportConflict if conflicts else ImportInvalid
    faults = [FieldError(f"entries[{item.index}]", item.message) for item in outcome.refused]
    error = kind(f"{len(faults)} of {len(outcome.items)} entries stand in the way; nothing was written.", *faults)
    error.extra.update(import_view(request, outcome))
    return error


def _item(item: Planned) -> dict[str, Any]:
    return {
        "name": item.name,
        "env_name": item.env_name,
        "status": str(item.status),
        "message": item.message or None,
        "version": item.version,
    }


def progress_view(progress: Progress) -> dict[str, Any]:
    """How far a rotation is."""
    return {
        "key_id": progress.key_id,
        "resealed": progress.resealed,
        "remaining": progress.remaining,
        "unreadable": list(progress.unreadable),
    }


def removed_view(removed: Removed) -> dict[str, Any]:
    """What a removal did."""
    return {
        "removed": removed.secrets,
        "remaining": removed.remaining,
        "boot_tokens_cancelled_until": removed.tokens_issued_until,
    }
