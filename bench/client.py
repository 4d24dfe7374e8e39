"""`python -m bench.client METHOD URL TOKEN FILE SECONDS`: 64 connections, with aiohttp."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
import uvloop
from aiohttp import ClientSession, TCPConnector

from bench.load import CONNECTIONS, Endpoint, Load

if TYPE_CHECKING:
    from collections.abc import Iterator

OK_BELOW = 400


async def press(endpoint: Endpoint, bodies: Iterator[bytes], seconds: float) -> Load:
    """Send bodies until the time is up or there are no more."""
    headers = {
        "Authorization": f"Bearer {endpoint.token}",
        "Content-Type": "application/json",
    }
    began = perf_counter()
    taken: list[float] = []
    failed = 0

    async def keep_asking(session: ClientSession) -> None:
        nonlocal failed
        while perf_counter() - began < seconds and (body := next(bodies, None)) is not None:
            asked = perf_counter()
            async with session.request(endpoint.method, endpoint.url, data=body) as response:
                await response.read()
            failed += response.status >= OK_BELOW
            taken.append(perf_counter() - asked)

    connector = TCPConnector(limit=CONNECTIONS)
    async with ClientSession(headers=headers, connector=connector) as session:
        await asyncio.gather(*(keep_asking(session) for _ in range(CONNECTIONS)))
    return _load(taken, perf_counter() - began, failed)


def _load(taken: list[float], seconds: float, failed: int) -> Load:
    taken.sort()
    p50, p99 = (1000 * taken[len(taken) * percent // 100] for percent in (50, 99))
    return Load(requests=len(taken), seconds=seconds, failed=failed, p50=p50, p99=p99)


def main(method: str, url: str, token: str, file: str, seconds: str) -> None:
    """Press, and print what came of it."""
    bodies = iter(Path(file).read_bytes().splitlines())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        load = runner.run(press(Endpoint(method, url, token), bodies, float(seconds)))
    sys.stdout.buffer.write(msgspec.json.encode(load) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
