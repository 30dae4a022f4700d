"""The root of the command line: the registry of commands, and the one place where failures become exit codes."""

import io
import sys
from collections.abc import Sequence

import click

from bootseal_cli import debug
from bootseal_cli.failures import EXIT_OTHER, EXIT_USAGE, CliError, print_error
from bootseal_cli.lazy import LazyCommand, LazyGroup

_HERE = "bootseal_cli.commands"
COMMANDS = {
    "login": LazyCommand(f"{_HERE}.login:login", "Sign in and keep the tokens on this machine"),
    "logout": LazyCommand(f"{_HERE}.logout:logout", "Forget the tokens on this machine"),
    "whoami": LazyCommand(f"{_HERE}.whoami:whoami", "Show who you are signed in as and what you may do"),
    "secrets": LazyCommand(f"{_HERE}.secrets:secrets", "Store, list and change secrets"),
    "check": LazyCommand(f"{_HERE}.check:check", "Say whether an app would find every secret it needs"),
    "preview": LazyCommand(f"{_HERE}.preview:preview", "Show the environment a VM would boot with, without values"),
    "boots": LazyCommand(f"{_HERE}.boots:boots", "Show which VMs received which secrets"),
    "audit": LazyCommand(f"{_HERE}.audit:audit", "Show who did what to which secret"),
    "environments": LazyCommand(f"{_HERE}.environments:environments", "Manage named sets of plain defaults"),
    "users": LazyCommand(f"{_HERE}.users:users", "Deal with users who leave"),
    "boot": LazyCommand(f"{_HERE}.boot:boot", "Fetch this VM's secrets and write them for its shells and services"),
    "run": LazyCommand(f"{_HERE}.run:run", "Run a command with the injected environment, its output redacted"),
    "redact": LazyCommand(f"{_HERE}.redact:redact", "Copy standard input to output with every injected value masked"),
    "export": LazyCommand(f"{_HERE}.export:export", "Print the injected environment in another tool's format"),
    "local": LazyCommand("bootseal_cli.local.command:local", "Run the whole service on this machine"),
    "completion": LazyCommand(f"{_HERE}.completion:completion", "Print the completion script for a shell"),
}


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"bootseal {version('bootseal')}")
    ctx.exit()


_MEANT = {"secret": "secrets", "env": "environments", "exec": "run", "up": "local up"} | {
    name: f"secrets {name}" for name in ("set", "get", "list", "edit", "delete", "clone", "history", "import")
}


@click.group(cls=LazyGroup, lazy=COMMANDS, meant=_MEANT, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", "debug_wanted", is_flag=True, help="Say on stderr what is done; never a value.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
def cli(debug_wanted: bool) -> None:
    """Write-only secrets for cloud-agent VMs, put into the environment at boot.

    \b
      bootseal login
      bootseal secrets set openai-api-key
      bootseal check app.yaml
    """
    if debug_wanted:
        debug.enable()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the contract's code; never prints a traceback."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code, all failures told on stderr."""
    _never_fail_to_print()
    try:
        outcome = cli.main(args=list(arguments), prog_name="bootseal", standalone_mode=False)
    except click.UsageError as failure:
        return _usage_failed(failure)
    except click.ClickException as failure:
        failure.show()
        return failure.exit_code
    except (click.Abort, KeyboardInterrupt):
        print_error("stopped; nothing further was done")
        return EXIT_OTHER
    except BrokenPipeError:
        return _reader_left()
    except Exception as failure:  # noqa: BLE001 - the last stop: an exception's own text may quote a value
        return _unexpected(failure)
    return outcome if isinstance(outcome, int) else 0


def _never_fail_to_print() -> None:
    """Show what the terminal's encoding lacks as an escape, instead of ending half-way through."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage_failed(failure: click.UsageError) -> int:
    if isinstance(failure, click.exceptions.NoArgsIsHelpError):
        click.echo(failure.format_message(), err=True)
        return EXIT_USAGE
    context = failure.ctx
    hint = f"\nTry '{context.command_path} --help'." if context else ""
    print_error(f"{failure.format_message()}{hint}")
    return EXIT_USAGE


def _reader_left() -> int:
    """Return quietly when the reader of stdout has gone (`| head`); leave nothing for the interpreter to flush."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_OTHER


def _unexpected(failure: Exception) -> int:
    known = _as_known(failure)
    if known is not None:
        known.show()
        return known.exit_code
    debug.note_traceback(failure)
    print_error(f"unexpected {type(failure).__name__}; run it again with `bootseal --debug …` to see where")
    return EXIT_OTHER


def _as_known(failure: Exception) -> CliError | None:
    from bootseal_cli import translation

    return translation.translate(failure)


if __name__ == "__main__":
    main()
