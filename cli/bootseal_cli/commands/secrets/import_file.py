"""`bootseal secrets import`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from bootseal_cli.commands.shared import confirm, scope_option
from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, EXIT_OTHER, CliError, print_note
from bootseal_cli.output.documents import json_option, print_json

if TYPE_CHECKING:
    from bootseal_cli.commands.shared import Service
    from bootseal_cli.importing.entries import Entry

Document = dict[str, Any]


@click.command(name="import")
@click.argument("file")
@scope_option
@click.option("--format", "wanted", type=click.Choice(("dotenv", "json", "yaml")), help="Else told by the file's name.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option(
    "--on-conflict",
    type=click.Choice(("fail", "skip", "update")),
    default="fail",
    show_default=True,
    help="What to do where the scope already has the variable.",
)
@click.option("--skip-empty", is_flag=True, help="Leave out entries without a value instead of refusing them.")
@click.option("--no-seal", is_flag=True, help="Send the values over TLS alone instead of sealing them here first.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before writing.")
@json_option
def import_file(
    file: str, scope: str, wanted: str | None, skip_empty: bool, as_json: bool, yes: bool, **how: Any
) -> None:
    """Store many secrets from a dotenv, JSON or YAML file.

    FILE is - for standard input. It is read on this machine first; a line that cannot be read stops everything, and is
    named without its text. Then a plan is shown, and all of it is written or none.

    \b
      bootseal secrets import .env --dry-run
      bootseal secrets import .env --scope project:web --on-conflict update
    """
    from bootseal_cli.commands.shared import service
    from bootseal_cli.importing.reading import read_entries

    entries = read_entries(file, wanted, skip_empty=skip_empty)
    here = service()
    body = _body(here, entries, scope, how)
    plan = here.client.ask("/v1/import", {**body, "dry_run": True}).document
    if not as_json:
        _show(plan, entries)
    elif how["dry_run"]:
        print_json(plan)
    _refuse_blocked(plan)
    if how["dry_run"]:
        print_note("Nothing was written: this was a dry run.")
        return
    confirm(f"Write {_count(plan)} to {scope}?", yes)
    done = here.client.post("/v1/import", body, once=True).document
    if as_json:
        print_json(done)
    print_note(f"Wrote {_count(done)} to {scope}.")


def _body(here: "Service", entries: Sequence["Entry"], scope: str, how: Document) -> Document:
    from bootseal_cli.api.sealing import Sealer, plain_fields

    if how["no_seal"]:
        sent = [{"name": entry.name, **plain_fields(entry.value)} for entry in entries]
    else:
        sealer = Sealer(here.client, *here.who(), scope)
        sent = [{"name": entry.name, **sealer.sealed_fields(entry.name, entry.value)} for entry in entries]
    return {"scope": scope, "entries": sent, "on_conflict": how["on_conflict"]}


def _show(plan: Document, entries: Sequence["Entry"]) -> None:
    from bootseal_cli.output.table import Column, field, print_table

    lines = {entry.env_name: entry.line for entry in entries}
    columns = (
        Column("Name", field("name")),
        Column("Exported as", field("env_name"), rank=2),
        Column("Line", lambda row: lines.get(str(row.get("env_name"))), rank=1),
        Column("Plan", _plan_for),
    )
    print_table(columns, plan.get("items", []), "There is nothing to write.")


_WORDS = {"created": "create", "updated": "new value", "skipped": "skip, it is there already"}


def _plan_for(row: Mapping[str, Any]) -> str:
    status = str(row.get("status"))
    return _WORDS.get(status) or f"{status}: {row.get('message') or 'it cannot be stored'}"


def _refuse_blocked(plan: Document) -> None:
    """Raise CliError where an entry stands in the way of all."""
    counts = plan.get("counts", {})
    if counts.get("reserved") or counts.get("invalid"):
        raise CliError("some entries cannot be stored, so nothing was written; mend the file", EXIT_NOT_REPRESENTABLE)
    if counts.get("conflict"):
        raise CliError(
            f"{counts['conflict']} of them exist already, so nothing was written; "
            "add --on-conflict skip to leave those alone, or --on-conflict update to replace their values",
            EXIT_OTHER,
        )


def _count(plan: Document) -> str:
    words = (("created", "new"), ("updated", "updated"), ("skipped", "skipped"))
    counts = plan.get("counts", {})
    return ", ".join(f"{counts[status]} {word}" for status, word in words if counts.get(status)) or "nothing"
