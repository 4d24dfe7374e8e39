"""The processes that follow the log: each imports what its own followers need."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from adapters.bootstrap import database_url, pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.bootstrap import Connections
    from adapters.config import Settings

FOLLOWERS: Final[Mapping[str, str]] = {
    "policies": "log_followers",
    "projections": "log_followers",
    "publisher": "log_followers",
    "notices": "notice_followers",
    "stream": "stream_followers",
    "clock": "log_followers",
    "gateway": "partner_followers",
    "catalogue": "partner_followers",
    "roster": "partner_followers",
}
"""Per follower the module of this package that has it, as a function of the same name."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every follower of a process is given."""

    url: str
    connections: Connections
    settings: Settings
    stop: asyncio.Event


class Follows(Protocol):
    """A follower: it goes on until it is cancelled, or until it cannot go on."""

    async def run(self) -> None:
        """Follow."""
        ...


class Starts(Protocol):
    """Puts a follower together and lets it run until it is told to stop."""

    async def __call__(self, around: Surroundings) -> None:
        """Run it."""
        ...


async def follow(names: Sequence[str], settings: Settings) -> None:
    """Run followers until SIGTERM or SIGINT, or until one of them cannot go on.

    The gateway finishes what is under way; the others are in the middle of a transaction or of
    nothing, and begin at their bookmark again.
    """
    url = database_url(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with pool(url, " ".join(names)) as connections:
        around = Surroundings(url=url, connections=connections, settings=settings, stop=stop)
        working = [asyncio.create_task(_named(name)(around)) for name in names]
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.wait(working)
        for one in working:
            one.result()


def _named(name: str) -> Starts:
    starts: Starts = getattr(import_module(f"adapters.bootstrap.{FOLLOWERS[name]}"), name)
    return starts


async def until_stopped(follower: Follows, stop: asyncio.Event) -> None:
    """Let a follower run until it is told to stop; what ends it before that is raised."""
    following = asyncio.create_task(follower.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((following, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if following.done():
        await following
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
