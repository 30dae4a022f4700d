"""`bootseal check`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bootseal_cli.commands.launch import launch_options, launch_query
from bootseal_cli.failures import EXIT_MISSING_REQUIRED, EXIT_USAGE, CliError, print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.table import Column, field, print_table

if TYPE_CHECKING:
    from bootseal_cli.manifest import Declared

Row = dict[str, Any]
_STRENGTH = {"private": 0, "shared": 2}
# With declared requirements a boot takes a secret whether or not it installs itself; the strongest scope wins.
_USABLE = frozenset({"injected", "disabled", "shadowed"})
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
    preview = here.client.get("/v1/boot-preview", launch_query(here, launch)).document
    rows = [_row(item, preview.get("secrets", [])) for item in declared or ()]
    missing = [str(row["env_name"]) for row in rows if not row["optional"] and row["status"] != "found"]
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


def _row(declared: "Declared", entries: Iterable[Mapping[str, Any]]) -> Row:
    matching = [entry for entry in entries if entry.get("env_name") == declared.env_name]
    usable = sorted((e for e in matching if e.get("status") in _USABLE), key=_strength)
    rejected = any(entry.get("status") == "rejected" for entry in matching)
    winner: Mapping[str, Any] = usable[0] if usable else {}
    return {
        "key": declared.key,
        "env_name": declared.env_name,
        "optional": declared.optional,
        "description": declared.description,
        "status": "found" if winner else ("rejected" if rejected else "missing"),
        "scope": winner.get("scope"),
        "version": winner.get("version"),
    }


def _strength(entry: Mapping[str, Any]) -> int:
    return _STRENGTH.get(str(entry.get("scope")), 1)


def _tell(path: Path, declared: "Sequence[Declared] | None", rows: Sequence[Row]) -> None:
    if declared is None:
        print_note(f"{path} declares no secrets: a VM gets every secret that installs itself (`bootseal preview`).")
        return
    print_table(_COLUMNS, rows, f"{path} declares an empty list: a VM gets no secret.")


def _missing(names: Sequence[str]) -> CliError:
    counted = "a required secret is" if len(names) == 1 else f"{len(names)} required secrets are"
    return CliError(
        f"{counted} missing, so a boot would be refused: {', '.join(names)}\n"
        f"  add each with `bootseal secrets set {names[0]}` (--scope project:SLUG or shared for others too), "
        "or mark it optional in the manifest",
        EXIT_MISSING_REQUIRED,
    )
