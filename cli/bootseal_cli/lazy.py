"""Command groups that import a command only when it is asked for.

Short helps stand in the registry, so that `bootseal --help` imports none of the commands and none of the libraries
they need. A test keeps each equal to the command's own.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command lives and what `--help` of its group says about it.

    `target` is `module:attribute`; `short_help` is the first sentence of the command's docstring without its stop.
    """

    target: str
    short_help: str

    def load(self) -> click.Command:
        """Import the module and return the command in it."""
        module, _, attribute = self.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a click command")
        return command


class LazyGroup(click.Group):
    """A click group over a registry of commands that are not imported yet.

    `meant` says which command to name to who types one that there is not, as other tools call it.
    """

    def __init__(
        self,
        *args: object,
        lazy: Mapping[str, LazyCommand] | None = None,
        meant: Mapping[str, str] | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # click's own signature, passed through
        self.lazy = dict(lazy or {})
        self.meant = dict(meant or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the registry: the order in which people meet them."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None for an unknown name."""
        entry = self.lazy.get(cmd_name)
        return entry.load() if entry else super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with; an unknown one fails with the name that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as failure:
            meant = self._meant(args[0])
            if meant is None:
                raise
            hint = f"{failure.format_message()} Did you mean `{ctx.command_path} {meant}`?"
            raise click.UsageError(hint, ctx) from None

    def _meant(self, typed: str) -> str | None:
        if typed in self.meant:
            return self.meant[typed]
        from difflib import get_close_matches

        return next(iter(get_close_matches(typed, self.lazy, n=1, cutoff=0.7)), None)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return what may follow, out of the registry, importing nothing: it runs at every press of the tab key."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=entry.short_help)
            for name, entry in self.lazy.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands out of the registry, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.short_help) for name, entry in self.lazy.items()])
