"""How long the parts of a boot take: measured on a developer's machine where that says something, else assumed."""

import json
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).resolve().parents[1] / "results"
FULL_CORE_MB: Final = 1_769
"""Memory at which Lambda gives one whole core (AWS Lambda Developer Guide, Configure function memory)."""

MEMORY_MB: Final = 1_024
"""boot_inject's, template.yaml."""

SECRET_BYTES: Final = 1_024
READ_UNIT_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds. Assumed, all of them typical of one Region: `network`, `dynamodb`, `kms` and, until it is measured on
    Lambda, `init`. `cpu_kept` and `cpu_read` are a boot's own work with 100 secrets, from `results/warm_inject.json`
    where that is there, at the share of a core that boot_inject has.
    """

    network: float = 0.020
    dynamodb: float = 0.005
    kms: float = 0.010
    init: float = 1.2
    cpu_kept: float = 0.045
    cpu_read: float = 0.052
    secrets: int = 100

    @property
    def query_units(self) -> int:
        """Read units of a Query for the shared scope."""
        return ceil(self.secrets * SECRET_BYTES / READ_UNIT_BYTES)


def measured() -> Times:
    """The times, as far as they were measured in this checkout."""
    found = _figures("warm_inject.json")
    for case in found.get("cases", []):
        if case["secrets"] == Times().secrets:
            return Times(cpu_kept=_on_lambda(case["kept"]), cpu_read=_on_lambda(case["read_again"]))
    return Times()


def _on_lambda(milliseconds: dict[str, float]) -> float:
    return milliseconds["median"] / 1_000 * FULL_CORE_MB / MEMORY_MB


def _figures(name: str) -> dict[str, Any]:
    path = RESULTS / name
    return dict(json.loads(path.read_text())["figures"]) if path.exists() else {}
