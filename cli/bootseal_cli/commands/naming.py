"""Names given on the command line, checked before anything is sent and never repeated in an error."""

from bootseal_cli.failures import EXIT_NOT_REPRESENTABLE, CliError


def secret_name(given: str, *, not_reserved: bool = False) -> str:
    """Return `given` if it can name a secret; CliError (exit 6) if not, which does not quote it.

    With `not_reserved`, also refuse a name whose environment variable is reserved.
    """
    from bootseal.errors import BootsealError
    from bootseal.names import check_name, check_not_reserved

    try:
        check_not_reserved(given) if not_reserved else check_name(given)
    except BootsealError as failure:
        raise CliError(str(failure), EXIT_NOT_REPRESENTABLE) from None
    return given
