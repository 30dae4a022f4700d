"""Figures: how they are summed up, and the files they are kept in. docs/performance.md is made of those files."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "results"
PACKAGES = ("bootseal", "boto3", "botocore", "cryptography", "msgspec", "moto", "ahocorasick-rs")


def summary(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """The median and the spread of measured `values`: least, quartiles, most, and how many there are."""
    ordered = sorted(values)
    low, high = _quartile(ordered, 1), _quartile(ordered, 3)
    middle = statistics.median(ordered)
    numbers = {"median": middle, "least": ordered[0], "q1": low, "q3": high, "most": ordered[-1]}
    return {name: round(number, digits) for name, number in numbers.items()} | {"rounds": len(ordered)}


def _quartile(ordered: Sequence[float], which: int) -> float:
    if len(ordered) < 2:
        return ordered[0]
    return statistics.quantiles(ordered, n=4, method="inclusive")[which - 1]


def machine() -> dict[str, Any]:
    """What the figures were taken on, and how busy it was."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def versions() -> dict[str, str]:
    """The versions of what takes part."""
    return {name: found for name in PACKAGES if (found := _version(name))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def save(name: str, figures: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Write `figures` with machine, versions and date as `<name>.json`."""
    facts = {"date": datetime.now(UTC).strftime("%Y-%m-%d"), "machine": machine(), "versions": versions()}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**facts, "figures": figures}, indent=1) + "\n")
    return path


def load(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """What `save` wrote."""
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return found


def all_of(names: Sequence[str], folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """What `save` wrote under each of `names`."""
    return {name: load(name, folder) for name in names}
