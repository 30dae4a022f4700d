"""The web console's files, made where Node is; the service works without them."""

import os
import shutil
from pathlib import Path

import click

from bootseal_cli.failures import CliError
from bootseal_cli.local.building import files_under
from bootseal_cli.local.places import Places
from bootseal_cli.local.steps import run_tool, step
from bootseal_cli.local.toolbox import plain_environment

_NOT_SOURCES = frozenset({"dist", "node_modules", "test-results", "coverage"})


def build_console(places: Places) -> None:
    """Build the console where its sources changed. Without npm, or where the build fails, the rest goes on without."""
    folder, served = places.root / "console", places.root / "functions" / "serve_console" / "dist"
    if not (folder / "package.json").is_file() or not served.parent.is_dir():
        return
    if _is_newer(served / "index.html", folder):
        return
    if shutil.which("npm") is None:
        click.echo("  no npm here: the web console is left out (install Node.js 20 and run this again)", err=True)
        return
    try:
        with step("building the web console (npm)"):
            _npm(places, "ci", "--no-audit", "--no-fund")
            _npm(places, "run", "build")
    except CliError as failure:
        click.echo(f"  the web console is left out: {failure.message}", err=True)


def _npm(places: Places, *arguments: str) -> None:
    log = places.logs / f"npm-{arguments[0]}.log"
    environment = plain_environment(places) | {
        name: value for name, value in os.environ.items() if name.lower().startswith("npm_config_")
    }
    run_tool(f"npm {arguments[0]}", ["npm", *arguments], log, places.root / "console", environment)


def _is_newer(made: Path, sources: Path) -> bool:
    """Say whether `made` is there and younger than every source, by whoever it was built: us or `make console`."""
    if not made.is_file():
        return False
    made_at = made.stat().st_mtime
    return all(path.stat().st_mtime <= made_at for path in files_under(sources, _NOT_SOURCES))
