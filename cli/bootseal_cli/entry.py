"""Where the `bootseal` script begins: `run` goes its quick way, everything else to the command line proper."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bootseal_cli.vm.run.quick import RunOptions


def main() -> None:
    """Run the command line and exit with the contract's code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        from bootseal_cli.vm.run.quick import parse

        options = parse(arguments[1:])
        if options is not None:
            sys.exit(_run(options))
    from bootseal_cli.main import main as whole

    whole(arguments)


def _run(options: "RunOptions") -> int:
    from bootseal_cli.vm.run.quick import run

    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except Exception as failure:  # noqa: BLE001 - the last stop: an exception's own text may quote a value
        return _told(failure)


def _told(failure: Exception) -> int:
    from bootseal_cli.failures import EXIT_OTHER, CliError, print_error

    if isinstance(failure, CliError):
        failure.show()
        return failure.exit_code
    print_error(f"unexpected {type(failure).__name__}; run it again with `bootseal --debug run …` to see where")
    return EXIT_OTHER
