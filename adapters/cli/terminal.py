"""What every verb of the command line shares: the exit codes, the way errors read."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
import uvloop
from rich.console import Console

from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

OUT = Console()
ERR = Console(stderr=True)


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
    ERR.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
