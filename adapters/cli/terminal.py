"""What every verb of the command line shares: the exit codes, the way errors read."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import typer
import uvloop
from rich.console import Console
from rich.text import Text

from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from rich.table import Table

T = TypeVar("T")

OUT = Console()
ERR = Console(stderr=True)
NARROWEST: Final = 160
"""Columns of a table that goes into a pipe or a small terminal: ids are not cut."""


class Exit(IntEnum):
    """How a verb ends: the rules refused, the call was wrong, or the surroundings failed."""

    REFUSED = 1
    WRONG_USE = 2
    OPERATIONAL = 3


def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Run work that needs no database; what the surroundings did wrong becomes one line."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except (CannotGoOn, OSError) as error:
        stop(Exit.OPERATIONAL, str(error))


def stop(code: Exit, sentence: str) -> NoReturn:
    """End with a sentence on standard error."""
    print_error(sentence)
    raise typer.Exit(code)


def print_error(sentence: str) -> None:
    """A sentence on standard error."""
    ERR.print(Text(sentence, style="red"), soft_wrap=True)


def print_line(text: str | Text, style: str = "") -> None:
    """A line as it is, which is not cut, however narrow the terminal or the pipe."""
    OUT.print(Text(text, style=style) if isinstance(text, str) else text, soft_wrap=True)


def print_table(table: Table) -> None:
    """A table that has rows, wide enough to copy ids from."""
    if table.row_count:
        Console(width=max(OUT.width, NARROWEST)).print(table, soft_wrap=True)
