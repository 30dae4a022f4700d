"""`bootseal run` in its usual shapes, without the command line library: it stands before every command of an agent.

Whatever is not one of those shapes (`--help`, a mistake) is left to the click command, which says what is wrong. A
test holds the two to the same outcome.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bootseal_cli.vm.run.program import Program

DEFAULT_FOLDER = "/run/bootseal"


class RunOptions:
    """What `run` was asked for."""

    __slots__ = ("command", "folder", "no_redact", "only")

    def __init__(self, command: "Sequence[str]", folder: str, only: str | None, no_redact: bool) -> None:
        self.command = command
        self.folder = folder
        self.only = only
        self.no_redact = no_redact


def parse(arguments: "Sequence[str]") -> RunOptions | None:
    """Return the options in `arguments` (those after `run`), or None where they are not of the usual shapes."""
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if word == "--no-redact":
            found[word] = word
        elif name in ("--dir", "--only") and (equals or rest):
            found[name] = value if equals else rest.pop(0)
        else:
            return None
    if not rest:
        return None
    return RunOptions(rest, found.get("--dir", DEFAULT_FOLDER), found.get("--only"), "--no-redact" in found)


def run(options: RunOptions) -> int:
    """Run the command and return the exit code. Raises CliError where it cannot be run."""
    from bootseal_cli.vm.environment import read_injected
    from bootseal_cli.vm.run.program import Program

    injected = read_injected(options.folder)
    chosen = injected.variables if options.only is None else injected.only(_names(options.only))
    program = Program(options.command, injected.around(chosen, os.environ))
    if options.no_redact:
        program.replace_us()
    return _redacted(program, injected.secrets)


def _names(listed: str) -> list[str]:
    return [name for name in map(str.strip, listed.split(",")) if name]


def _redacted(program: "Program", secrets: "Mapping[str, str]") -> int:
    from bootseal_cli.vm.redactor.redactor import Redactor

    redactor = Redactor(secrets)
    if warning := redactor.warning():
        sys.stderr.write(f"{warning}\n")
        sys.stderr.flush()
    if os.isatty(0) and os.isatty(1):
        from bootseal_cli.vm.run.on_terminal import run_on_terminal

        return run_on_terminal(program, redactor)
    from bootseal_cli.vm.run.piped import run_piped

    return run_piped(program, redactor)
