"""`bootseal secrets set`."""

from typing import Any

import click

from bootseal_cli.commands.naming import secret_name
from bootseal_cli.commands.shared import Service, scope_option
from bootseal_cli.failures import EXIT_USAGE, CliError, print_note
from bootseal_cli.output.documents import json_option, print_json
from bootseal_cli.output.text import printable

Document = dict[str, Any]


@click.command(name="set", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("surplus", nargs=-1, type=click.UNPROCESSED, metavar="")
@scope_option
@click.option("-d", "--description", help="What it is for; shown to everyone who may see the secret.")
@click.option("--auto-install/--no-auto-install", default=None, help="Whether every VM gets it.  [default: yes]")
@click.option(
    "--instructions-safe/--no-instructions-safe",
    default=None,
    help="Whether its value may be put into an agent's instructions.  [default: no]",
)
@click.option("--value-file", metavar="FILE", help="Take the value from FILE, byte for byte; - is standard input.")
@click.option("--no-seal", is_flag=True, help="Send the value over TLS alone instead of sealing it here first.")
@json_option
def set_value(
    name: str, surplus: tuple[str, ...], scope: str, value_file: str | None, no_seal: bool, as_json: bool, **noted: Any
) -> None:
    """Create a secret, or give one a new value.

    The value comes from a hidden prompt, from standard input or from a file, never from the command line, and is
    sealed on this machine before it is sent. One newline at the end of piped input is dropped.

    \b
      bootseal secrets set openai-api-key
      bootseal secrets set openai-api-key < key.txt
      pass show openai | bootseal secrets set openai-api-key --scope shared
    """
    checked = _name_alone(name, surplus, scope)
    from bootseal_cli.api.sealing import Sealer, plain_fields
    from bootseal_cli.commands.shared import service
    from bootseal_cli.values.sources import read_value

    here = service()
    value = read_value(checked, value_file)
    fields = plain_fields(value) if no_seal else Sealer(here.client, *here.who(), scope).sealed_fields(checked, value)
    noted = {key: given for key, given in noted.items() if given is not None}
    did, metadata = _create_or_update(here, checked, scope, {**fields, **noted})
    if as_json:
        print_json(metadata)
        return
    click.echo(_sentence(did, metadata))
    _note_other_spelling(checked, metadata)


def _name_alone(name: str, surplus: tuple[str, ...], scope: str) -> str:
    """Return the checked name; CliError (exit 2) where a value stands on the command line, which is not repeated."""
    before_equals, equals, _ = name.partition("=")
    if not surplus and not equals:
        return secret_name(name, not_reserved=True)
    shown = secret_name(before_equals)
    where = "" if scope == "private" else f" --scope {scope}"
    raise CliError(
        "a value on the command line ends up in the shell's history and in the process list, so only NAME and options "
        "go there; give the value at the prompt, on standard input or in a file:\n"
        f"  bootseal secrets set {shown}{where}\n"
        f"  bootseal secrets set {shown}{where} < FILE\n"
        f"  bootseal secrets set {shown}{where} --value-file FILE\n"
        "If you have just typed a real value, remove it from your shell's history.",
        EXIT_USAGE,
    )


def _create_or_update(here: Service, name: str, scope: str, fields: Document) -> tuple[str, Document]:
    from bootseal_cli.api.client import secret_path
    from bootseal_cli.api.problems import ProblemError

    try:
        return "Created", here.client.post("/v1/secrets", {"name": name, "scope": scope, **fields}, once=True).document
    except ProblemError as failure:
        if failure.code != "name_conflict":
            raise
    return "Updated", here.client.patch(secret_path(scope, name), fields).document


def _sentence(did: str, metadata: Document) -> str:
    name, variable, scope = (printable(str(metadata.get(key))) for key in ("name", "env_name", "scope"))
    hint = f", {printable(str(metadata['hint']))}" if metadata.get("hint") else ""
    return f"{did} {name} in {scope}, exported as {variable}{hint}."


def _note_other_spelling(name: str, metadata: Document) -> None:
    if metadata.get("name") not in {name, None}:
        print_note(f"note: it keeps its first name {printable(str(metadata['name']))}; both mean the same variable")
