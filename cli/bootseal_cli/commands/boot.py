"""`bootseal boot`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootseal_cli.failures import EXIT_USAGE, CliError, print_error, print_note

if TYPE_CHECKING:
    from bootseal_cli.vm.access import Access
    from bootseal_cli.vm.boot import BootPlan
    from bootseal_cli.vm.bundle import Bundle

DEFAULT_FOLDER = Path("/run/bootseal")


@click.command()
@click.option("--api-url", envvar="BOOTSEAL_API_URL", metavar="URL", help="The Bootseal API (or BOOTSEAL_API_URL).")
@click.option("--token-file", type=click.Path(path_type=Path), help="File with the boot token; removed after use.")
@click.option("--token-stdin", is_flag=True, help="Read the boot token from standard input.")
@click.option("--manifest", type=click.Path(path_type=Path), help="app.yaml with the secrets this VM is to get.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    help="Where to write the environment.",
)
@click.option("--owner", metavar="USER", help="Let this user read the files too (mode 0640).")
@click.option(
    "--on-failure",
    type=click.Choice(["block", "continue"]),
    default="block",
    show_default=True,
    help="Whether a failure ends with its exit code, or is told and ends with 0.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest it may take to get the environment, all tries together.",
)
@click.option(
    "--install", "install", is_flag=True, help="Make every later shell and systemd service see the variables."
)
@click.option("--install-only", is_flag=True, help="Only do what --install does; for an image.")
@click.option("--uninstall", is_flag=True, help="Undo what --install did.")
@click.option(
    "--root", type=click.Path(path_type=Path), default=Path("/"), help="Install under this folder, an image's root."
)
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON: names and versions, never a value.")
@click.argument("nothing", nargs=-1, metavar="")
def boot(
    api_url: str | None,
    token_file: Path | None,
    token_stdin: bool,
    manifest: Path | None,
    folder: Path,
    owner: str | None,
    on_failure: str,
    timeout: float,
    install: bool,
    install_only: bool,
    uninstall: bool,
    root: Path,
    as_json: bool,
    nothing: tuple[str, ...],
) -> None:
    """Fetch this VM's secrets and write them for its shells and services.

    The boot token comes from --token-file, --token-stdin, the systemd credential bootseal-token, or
    BOOTSEAL_BOOT_TOKEN, in this order. It is never an argument.
    """
    if nothing:
        # Whatever it is, it is not repeated: it may be the token.
        raise CliError("boot takes no arguments; give the token with --token-file or --token-stdin", EXIT_USAGE)
    if install_only or uninstall:
        _install(folder, root, remove=uninstall)
        return
    from bootseal_cli.vm.boot import BootPlan

    access = _access(owner)
    api = _api(api_url)
    if token_file and token_stdin:
        raise CliError("give either --token-file or --token-stdin", EXIT_USAGE)
    sessions = _sessions(folder, install)
    plan = BootPlan(api, token_file, token_stdin, _requirements(manifest), folder, access, timeout, sessions)
    try:
        _boot(plan, as_json)
        if install:
            _install(folder, root, remove=False)
    except CliError as failure:
        if on_failure == "block" or failure.exit_code == EXIT_USAGE:
            raise
        print_error(failure.message)
        print_note("warning: going on without it (--on-failure continue)")


def _boot(plan: "BootPlan", as_json: bool) -> None:
    from bootseal_cli.vm.boot import boot as boot_once

    bundle = boot_once(plan)
    _tell(plan.folder, bundle, plan.sessions)
    if as_json:
        from bootseal_cli.output.documents import print_json

        print_json(bundle.receipt)


def _sessions(folder: Path, install: bool) -> bool:
    """Return whether PAM is to give values to sessions. Refuses what --install would, before the token is spent."""
    from bootseal_cli.vm.install import check_folder, installed

    if install:
        check_folder(folder)
    return install or installed()


def _tell(folder: Path, bundle: "Bundle", sessions: bool) -> None:
    from bootseal_cli.vm.boot import not_in_sessions

    secrets = len(bundle.injected)
    defaults = len(bundle.environment) - secrets
    print_note(f"{_counted(secrets, 'secret')} and {_counted(defaults, 'default')} in {folder}: . {folder}/env.sh")
    if sessions and (left_out := not_in_sessions(bundle)):
        print_note(f"note: not there in `ssh host command` where the login shell is sh: {', '.join(left_out)}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _api(url: str | None) -> str:
    from bootseal_cli.addresses import checked_base

    if not url:
        raise CliError("no API address; give --api-url or set BOOTSEAL_API_URL", EXIT_USAGE)
    return checked_base(url, "--api-url")


def _access(owner: str | None) -> "Access":
    from bootseal_cli.vm.access import PRIVATE, others_who_read, readable_by

    if owner is None:
        return PRIVATE
    access = readable_by(owner)
    if others := others_who_read(owner):
        print_note(f"note: these share the group of {owner} and can read the files too: {', '.join(others)}")
    return access


def _requirements(manifest: Path | None) -> dict[str, object] | None:
    if manifest is None:
        return None
    from bootseal_cli.manifest import read_manifest

    declared = read_manifest(manifest)
    if declared is None:
        return None
    return {"secrets": [{"key": entry.key, "optional": entry.optional} for entry in declared]}


def _install(folder: Path, root: Path, *, remove: bool) -> None:
    from bootseal_cli.vm import install

    for line in install.remove(root) if remove else install.install(folder, root):
        print_note(line)
