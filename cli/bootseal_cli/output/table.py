"""Tables: drawn with rich on a terminal, plain aligned text in a pipe. Neither ever has an empty cell."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from bootseal_cli.failures import print_note
from bootseal_cli.output.text import NOT_SET, shown
from bootseal_cli.output.times import ago

Row = Mapping[str, Any]
ALWAYS = 0
_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, how a row becomes its cell, and its rank.

    On a narrow terminal the columns of the highest rank are left out first; those of rank `ALWAYS` stay. A cell longer
    than `folds_to` is rather folded to that width than a column left out. `absent` stands where there is nothing.
    """

    title: str
    cell: Callable[[Row], object]
    rank: int = ALWAYS
    is_time: bool = False
    folds_to: int = 32
    absent: str = NOT_SET

    def text(self, row: Row, on_terminal: bool) -> str:
        """Return the cell's text: a time is relative on a terminal and exact elsewhere."""
        found = self.cell(row)
        if found is None:
            return self.absent
        return ago(found) if self.is_time and on_terminal else shown(found)


def field(key: str) -> Callable[[Row], object]:
    """Return the getter of one key of an answer's item."""
    return lambda row: row.get(key)


def print_table(columns: Sequence[Column], rows: Sequence[Row], empty: str) -> None:
    """Print `rows`; where there are none, say `empty` on stderr instead."""
    if not rows:
        print_note(empty)
    elif sys.stdout.isatty():
        _print_drawn(columns, rows)
    else:
        _print_plain(columns, rows)


def _cells(columns: Sequence[Column], rows: Sequence[Row], on_terminal: bool) -> list[list[str]]:
    return [[column.text(row, on_terminal) for column in columns] for row in rows]


def _print_plain(columns: Sequence[Column], rows: Sequence[Row]) -> None:
    lines = [[column.title.upper() for column in columns], *_cells(columns, rows, on_terminal=False)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _print_drawn(columns: Sequence[Column], rows: Sequence[Row]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size().columns
    kept = _that_fit(columns, _widths(columns, rows, cell_len), width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style=_header_style())
    for column in kept:
        table.add_column(column.title, overflow="fold")
    for line in _cells(kept, rows, on_terminal=True):
        table.add_row(*(Text(cell) for cell in line))
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)
    _say_left_out(columns, kept)


def _header_style() -> str:
    # rich leaves bold alone under NO_COLOR; who asks for no colour wants no escape codes in a log.
    return "" if os.environ.get("NO_COLOR") else "bold"


def _say_left_out(columns: Sequence[Column], kept: Sequence[Column]) -> None:
    left_out = [column.title for column in columns if column not in kept]
    if left_out:
        print_note(f"Not shown for lack of width: {', '.join(left_out)}. See all with --json.")


def _widths(columns: Sequence[Column], rows: Sequence[Row], measure: Callable[[str], int]) -> dict[str, int]:
    """Return the width each column wants, long text counted as folded."""
    return {
        column.title: max(
            measure(column.title), *(min(column.folds_to, measure(column.text(row, on_terminal=True))) for row in rows)
        )
        for column in columns
    }


def _that_fit(columns: Sequence[Column], widths: Mapping[str, int], available: int) -> list[Column]:
    kept = list(columns)
    while sum(widths[column.title] + _GAP for column in kept) - _GAP > available:
        worst = max(kept, key=lambda column: column.rank)
        if worst.rank == ALWAYS:
            break
        kept.remove(worst)
    return kept


def print_record(pairs: Sequence[tuple[str, object]]) -> None:
    """Print one thing as aligned `Title:  value` lines."""
    width = max(len(title) for title, _ in pairs) + 1
    for title, value in pairs:
        click.echo(f"{title + ':':<{width}} {shown(value)}")
