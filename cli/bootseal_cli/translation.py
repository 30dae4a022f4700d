"""Turns the shared package's errors into the command line's: code to exit code, in one table."""

from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, EXIT_OTHER, CliError

# A value or a name that cannot be represented: found before anything was sent.
_NOT_REPRESENTABLE = frozenset({"invalid_name", "reserved_name", "invalid_value", "value_too_large"})


def exit_code_for(code: str) -> int:
    """Return the exit code for a `BootsealError.code` or an API problem `code` that is not about identity."""
    return EXIT_NOT_REPRESENTABLE if code in _NOT_REPRESENTABLE else EXIT_OTHER


def translate(failure: Exception) -> CliError | None:
    """Return the CliError that says what a shared-package error says, or None for an exception of another kind."""
    from bootseal.errors import BootsealError

    if not isinstance(failure, BootsealError):
        return None
    return CliError(str(failure), exit_code_for(failure.code))
