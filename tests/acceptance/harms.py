"""What is done to a chain in the middle of its work: killing, stopping, cutting off."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from adapters.postgres.embedded import Server, start
from adapters.sandbox.chain import Chain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

STOPPED_SECONDS = 30.0
SERVER_OPTIONS = {"max_connections": "200"}


DELIVERING: Final = ("serve", "policies", "projections", "publisher", "gateway", "clock")
"""The processes that a delivery passes through; the others have nothing to do with one."""


class Harm(NamedTuple):
    """Something that is done; when `strike` is over it has been mended."""

    name: str
    strike: Callable[[Chain, Server], Awaitable[None]]


def harms(chance: Random, *, moments: int) -> list[Harm]:
    """Each of these so many times, in any order; and every process is stopped once, by twos."""
    quick = [*(_kill(name, chance) for name in DELIVERING), _CUT, _DATABASE]
    stopped = chance.sample(DELIVERING, len(DELIVERING))
    stops = [_stop(*pair) for pair in zip(stopped[::2], stopped[1::2], strict=True)]
    chosen = [*quick * moments, *stops]
    chance.shuffle(chosen)
    return chosen


def _kill(name: str, chance: Random) -> Harm:
    async def strike(chain: Chain, _server: Server) -> None:
        chain.processes.signal(name, signal.SIGKILL)
        await asyncio.sleep(chance.uniform(0, 1))
        chain.start_hub(name)

    return Harm(f"{name} killed", strike)


def _stop(*names: str) -> Harm:
    async def strike(chain: Chain, _server: Server) -> None:
        for name in names:
            chain.processes.signal(name, signal.SIGSTOP)
        await asyncio.sleep(STOPPED_SECONDS)
        for name in names:
            chain.processes.signal(name, signal.SIGCONT)

    return Harm(f"{' and '.join(names)} stopped", strike)


async def _cut_every_connection(_chain: Chain, server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'aanspraak %'"
        )


async def _kill_the_database(_chain: Chain, server: Server) -> None:
    postmaster = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    await asyncio.sleep(1)
    await asyncio.to_thread(start, server, port=None, options=SERVER_OPTIONS)


_CUT = Harm("connections cut", _cut_every_connection)
_DATABASE = Harm("database killed", _kill_the_database)
