"""The test vectors under `tests/vectors/`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[1] / "vectors"


@cache
def vectors(name: str) -> dict[str, Any]:
    """One file of them."""
    document: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return document
