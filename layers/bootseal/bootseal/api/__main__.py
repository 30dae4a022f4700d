"""`python -m bootseal.api FOLDER` writes what is made from the routes into the repository at FOLDER."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bootseal.api.document import document
from bootseal.api.reference import reference
from bootseal.api.route import Route
from bootseal.api.routes import ROUTES

GENERATED: Final = (
    "docs/openapi.json",
    "docs/api.md",
    "functions/get_openapi/openapi.json",
    "functions/refuse_method/methods.json",
)
"""What is made, relative to the repository."""


def generated() -> dict[str, str]:
    """Each generated file's text. The function's copy is compact, since it is sent; the one in docs is for reading."""
    made = document()
    readable = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    compact = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
    methods = json.dumps(methods_of(ROUTES), indent=2) + "\n"
    return dict(zip(GENERATED, (readable, reference(made), compact, methods), strict=True))


def methods_of(routes: Sequence[Route]) -> dict[str, str]:
    """The `Allow` header of each path (RFC 9110 section 10.2.1)."""
    found: dict[str, list[str]] = {}
    for route in routes:
        found.setdefault(route.path, []).append(route.method)
    return {path: ", ".join(sorted([*methods, "OPTIONS"])) for path, methods in found.items()}


def write(folder: Path) -> None:
    """Write the generated files into the repository at `folder`."""
    for name, text in generated().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
