"""How a verb works on the hub: with its settings, on its database."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from adapters import config
from adapters.bootstrap import database_url, pool
from adapters.cli.terminal import Exit, stop, to_its_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

T = TypeVar("T")


def settings() -> config.Settings:
    """The settings of this process; a missing one ends the verb with its name."""
    try:
        return config.load()
    except config.ConfigurationError as error:
        stop(Exit.OPERATIONAL, str(error))


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a verb's work to its end; what the surroundings did wrong becomes one line."""
    try:
        return to_its_end(work)
    except psycopg.Error as error:
        stop(Exit.OPERATIONAL, f"the database: {type(error).__name__}")


@asynccontextmanager
async def connected(
    effective: config.Settings, name: str
) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """One connection to the database, which is of this release, under the name of the verb."""
    async with (
        pool(database_url(effective), name) as connections,
        connections.connection() as conn,
    ):
        yield conn


def collect_garbage_seldom() -> None:
    """For a process that handles facts by the thousands: they come, go, and hold no cycles.

    Looking for cycles as often as Python does by itself takes a third of a follower's time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
