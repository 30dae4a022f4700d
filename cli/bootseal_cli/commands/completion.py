"""`bootseal completion`."""

import click

_WHERE = {
    "bash": '~/.bashrc:                     eval "$(bootseal completion bash)"',
    "zsh": '~/.zshrc, after compinit:      eval "$(bootseal completion zsh)"',
    "fish": "~/.config/fish/config.fish:    bootseal completion fish | source",
}


@click.command(epilog="\b\nPut it into\n  " + "\n  ".join(_WHERE.values()))
@click.argument("shell", type=click.Choice(tuple(_WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the three choices are click's own
    root = context.find_root()
    click.echo(kind(root.command, {}, "bootseal", "_BOOTSEAL_COMPLETE").source())
