"""Makes docs/performance.md and its plots of the figures in benchmarks/results: `make bench` ends with it.

    python benchmarks/render.py [--check]

--check compares the page with what the figures make, and writes nothing.
"""

import sys
from pathlib import Path

from common import page, results

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "performance.md"


def main() -> None:
    """Write the page and the plots, or say whether the page is what the figures make."""
    text = page.text(results.all_of(page.NAMES))
    if sys.argv[1:] == ["--check"]:
        sys.exit(None if PAGE.read_text() == text else "docs/performance.md is stale; run benchmarks/render.py")
    from common import plots

    PAGE.write_text(text)
    plots.draw(results.all_of(page.NAMES), DOCS / "performance")


if __name__ == "__main__":
    main()
