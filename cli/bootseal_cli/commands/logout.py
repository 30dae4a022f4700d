"""`bootseal logout`."""

import click

from bootseal_cli.failures import CliError, print_note


@click.command()
def logout() -> None:
    """Forget the tokens on this machine.

    Where the issuer can be told, the refresh token is revoked there too.
    """
    from bootseal_cli.identity import store

    _revoke()
    print_note("Signed out." if store.clear() else "Nobody was signed in.")


def _revoke() -> None:
    from bootseal_cli.identity import store

    try:
        kept = store.load()
    except CliError:
        return
    if kept is None or kept[0].revocation_endpoint is None:
        return
    from bootseal_cli.identity.signing_in import revoke

    if not revoke(*kept):
        print_note("The issuer could not be told; the refresh token ends there by itself.")
