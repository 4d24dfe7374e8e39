"""What every verb of the command line shares: the settings, the exit codes, the way errors read."""

from __future__ import annotations

import asyncio
import gc
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psycopg
import typer
import uvloop
from rich.console import Console

from adapters import config
from adapters.postgres.event_codec import UnreadableFact
from adapters.postgres.follower_batch import BookmarkMoved, TooMuchPoison
from adapters.postgres.migrate import SchemaMismatch
from adapters.security.key_sets import UnusableKeys
from adapters.security.keys import UnusableKey

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

STOPS = (BookmarkMoved, TooMuchPoison, UnreadableFact)
"""What stops a follower until a person has looked."""

OUT = Console()
ERR = Console(stderr=True)


class Exit(IntEnum):
    """How a verb ends: the rules refused, the call was wrong, or the surroundings failed."""

    REFUSED = 1
    WRONG_USE = 2
    OPERATIONAL = 3


def settings() -> config.Settings:
    """The settings of this process; a missing one ends the verb with its name."""
    try:
        return config.load()
    except config.ConfigurationError as error:
        stop(Exit.OPERATIONAL, str(error))


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a verb's work to its end; what the surroundings did wrong becomes one line."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except psycopg.Error as error:
        stop(Exit.OPERATIONAL, f"the database: {type(error).__name__}")
    except (SchemaMismatch, UnusableKey, UnusableKeys, *STOPS, OSError) as error:
        stop(Exit.OPERATIONAL, str(error))


def collect_garbage_seldom() -> None:
    """For a process that handles facts by the thousands: they come, go, and hold no cycles.

    Looking for cycles as often as Python does by itself takes a third of a follower's time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def stop(code: Exit, sentence: str) -> NoReturn:
    """End with a sentence on standard error."""
    ERR.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
