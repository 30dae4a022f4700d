"""`bootseal check`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bootseal.names import is_reserved
from bootseal_cli.commands.launch import launch_options, launch_query
from bootseal_cli.failures import EXIT_MISSING_REQUIRED, EXIT_USAGE, CliError, print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table

if TYPE_CHECKING:
    from bootseal_cli.commands.shared import Service
    from bootseal_cli.manifest import Declared

Row = dict[str, Any]
_AT_ONCE = 40
"""Declared secrets asked about in one request: its URL stays well under what gateways and proxies take (8 KiB)."""
_COLUMNS = (
    Column("Key", field("key")),
    Column("Exported as", field("env_name"), rank=3),
    Column("Needed", lambda row: "Optional" if row["optional"] else "Required", rank=1),
    Column("Found", field("status")),
    Column("Scope", field("scope"), rank=2),
    Column("Description", field("description"), rank=4),
)


@click.command()
@click.argument("manifest", required=False, type=click.Path(path_type=Path))
@launch_options
@json_option
def check(manifest: Path | None, as_json: bool, **launch: str | None) -> None:
    """Say whether an app would find every secret it needs.

    Reads MANIFEST (app.yaml in this folder without it) and asks what a boot would find for you, or for --user. Exits
    with 4 and names what is missing where a boot would be refused.
    """
    from bootseal_cli.commands.shared import service
    from bootseal_cli.manifest import read_manifest

    path = manifest or _default_manifest()
    declared = read_manifest(path)
    here = service()
    query = launch_query(here, launch)
    rows: list[Row] = []
    missing: list[str] = []
    for some in _batches(declared or ()):
        preview = _ask(here, query, some)
        rows += [_row(each, preview) for each in some]
        missing += [each.env_name for each in some if each.env_name in preview["missing_required"]]
    if as_json:
        print_json({"ok": not missing, "missing": missing, "secrets": rows})
    else:
        _tell(path, declared, rows)
    if missing:
        raise _missing(missing)
    if declared and not as_json:
        print_note("Nothing required is missing.")


def _default_manifest() -> Path:
    path = Path("app.yaml")
    if not path.exists():
        raise CliError("there is no app.yaml here; name the manifest: bootseal check path/to/app.yaml", EXIT_USAGE)
    return path


def _batches(declared: "Sequence[Declared]") -> "Iterable[Sequence[Declared]]":
    return (declared[start : start + _AT_ONCE] for start in range(0, len(declared), _AT_ONCE))


def _ask(here: "Service", query: Mapping[str, object], declared: "Sequence[Declared]") -> Mapping[str, Any]:
    """Have the service say what a boot that declares these would get, so that the two cannot disagree."""
    names = {
        "require": [each.env_name for each in declared if not each.optional],
        "optional": [each.env_name for each in declared if each.optional],
    }
    return here.client.get("/v1/boot-preview", {**query, **names}).document


def _row(declared: "Declared", preview: Mapping[str, Any]) -> Row:
    lines = [line for line in preview["secrets"] if line["env_name"] == declared.env_name]
    winner: Mapping[str, Any] = next((line for line in lines if line["status"] == "injected"), {})
    return {
        "key": declared.key,
        "env_name": declared.env_name,
        "optional": declared.optional,
        "description": declared.description,
        "status": "found" if winner else _without_secret(declared, lines, preview),
        "scope": winner.get("scope"),
        "version": winner.get("version"),
    }


def _without_secret(declared: "Declared", lines: Iterable[Mapping[str, Any]], preview: Mapping[str, Any]) -> str:
    if declared.env_name in preview["defaults"]:
        return "default"
    return "rejected" if any(line["status"] == "rejected" for line in lines) else "missing"


def _tell(path: Path, declared: "Sequence[Declared] | None", rows: Sequence[Row]) -> None:
    if declared is None:
        print_note(f"{path} declares no secrets: a VM gets every secret that installs itself (`bootseal preview`).")
        return
    print_table(_COLUMNS, rows, f"{path} declares an empty list: a VM gets no secret.")


def _missing(names: Sequence[str]) -> CliError:
    counted = "a required secret is" if len(names) == 1 else f"{len(names)} required secrets are"
    lines = [f"{counted} missing, so a boot would be refused: {', '.join(names)}"]
    reserved = [name for name in names if is_reserved(name)]
    usable = [name for name in names if name not in reserved]
    if usable:
        lines.append(
            f"  add each with `bootseal secrets set {usable[0]}` (--scope project:SLUG or shared for others too), "
            "or mark it optional in the manifest"
        )
    if reserved:
        lines.append(f"  no secret can be named like this, take it out of the manifest: {', '.join(reserved)}")
    return CliError("\n".join(lines), EXIT_MISSING_REQUIRED)
