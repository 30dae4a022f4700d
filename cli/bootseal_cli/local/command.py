"""`bootseal local`: the whole service on this machine."""

import click

from bootseal_cli.local.places import find_places

DEFAULT_PORT = 4566


@click.group()
def local() -> None:
    """Run the whole service on this machine.

    The AWS emulator, the real template built and deployed to it, and four users to try it with. No account, no Docker.
    """


@local.command()
@click.option("--detach", is_flag=True, help="Return when it is ready and leave it running.")
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port of 127.0.0.1 that everything is served on.",
)
def up(detach: bool, port: int) -> None:
    """Start the stack, or bring a running one up to date with the checkout."""
    from bootseal_cli.local import guide, stack

    places = find_places()
    running, stack_file = stack.up(places, port)
    click.echo(guide.what_next(places, stack_file))
    if not detach:
        click.echo("Running until Ctrl-C.", err=True)
        stack.watch(places, running)


@local.command()
def down() -> None:
    """Stop the stack; its data is there again at the next `up`."""
    from bootseal_cli.local import stack

    click.echo("Stopped; the data stays." if stack.down(find_places()) else "It was not running.")


@local.command()
def reset() -> None:
    """Stop the stack and empty it: secrets, users, keys, logs."""
    from bootseal_cli.local import stack

    stack.reset(find_places())
    click.echo("Emptied. The next `up` starts afresh.")


@local.command()
@click.argument("user")
def token(user: str) -> None:
    """Print a bearer token of USER (alice, bob, launcher, mallory)."""
    from bootseal_cli.local import tokens

    click.echo(tokens.user_token(find_places(), user))


@local.command("boot-token")
@click.argument("user")
@click.option("--project", help="The project the VM works in.")
@click.option(
    "--ttl", "seconds", type=click.IntRange(30, 900), default=300, show_default=True, help="Its life, seconds."
)
def boot_token(user: str, project: str | None, seconds: int) -> None:
    """Have the launcher issue a boot token for USER, and print it for `bootseal boot --token-stdin`."""
    from bootseal_cli.local import tokens

    click.echo(tokens.boot_token(find_places(), user, project, seconds))
