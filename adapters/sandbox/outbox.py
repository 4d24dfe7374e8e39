"""What a sandbox partner has to tell the hub: kept in order, tried until the hub has answered.

Letters with the same key (an entitlement, an order) go out one after the other; a hub that is away
keeps them waiting, and loses none of them as long as this process lives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING
from zlib import crc32

import structlog

from adapters.sandbox.hub_client import UNAUTHORISED, HubClient

if TYPE_CHECKING:
    from random import Random

    from adapters.sandbox.options import SandboxOptions

_log = structlog.get_logger(__name__)

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_TRY_AGAIN = {UNAUTHORISED, 408, 425, 429}
_SERVER_ERROR = 500


@dataclass(order=True, slots=True)
class Letter:
    """A request to the hub, due at a moment of the loop's clock; of two, the older goes first."""

    due: float
    number: int
    path: str = field(compare=False)
    body: bytes = field(compare=False)
    answered: Callable[[int], None] = field(compare=False)
    method: str = field(compare=False)


class Outbox:
    """Lanes of letters, each with a carrier of its own."""

    def __init__(self, options: SandboxOptions, chance: Random) -> None:
        self._client = HubClient(options)
        self._chance = chance
        self._numbers = count()
        self._lanes = [_Lane(self._client) for _ in range(options.hub_concurrency)]
        self._carriers = [asyncio.create_task(lane.carry()) for lane in self._lanes]
        for carrier in self._carriers:
            carrier.add_done_callback(_complain)

    @property
    def waiting(self) -> int:
        """Letters that the hub has not answered yet."""
        return sum(lane.waiting for lane in self._lanes)

    def post(  # noqa: PLR0913 - all that is on an envelope
        self,
        key: str,
        path: str,
        body: bytes,
        answered: Callable[[int], None],
        *,
        after: float = 0,
        out_of_order: float = 0,
        method: str = "PUT",
    ) -> None:
        """Send a letter after so many seconds, behind the earlier ones with its key.

        With `out_of_order` it goes out anywhere within so many seconds more, past the others.
        `answered` gets the HTTP status of the hub's final answer.
        """
        lane = crc32(key.encode()) % len(self._lanes)
        if out_of_order:
            lane = self._chance.randrange(len(self._lanes))
            after += self._chance.uniform(0, out_of_order)
        due = asyncio.get_running_loop().time() + after
        self._lanes[lane].put(Letter(due, next(self._numbers), path, body, answered, method))

    async def close(self) -> None:
        """Stop carrying; what waits is gone."""
        for carrier in self._carriers:
            carrier.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)
        await self._client.close()


def _complain(carrier: asyncio.Task[None]) -> None:
    """A carrier never ends of itself: a fault of ours must not look like a silent partner."""
    if not carrier.cancelled():
        _log.error("process.failed", exc_info=carrier.exception())


class _Lane:
    """Letters by the time they are due; one at a time is on its way."""

    def __init__(self, client: HubClient) -> None:
        self._client = client
        self._letters: list[Letter] = []
        self._on_its_way = 0
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        return len(self._letters) + self._on_its_way

    def put(self, letter: Letter) -> None:
        heappush(self._letters, letter)
        self._arrived.set()

    async def carry(self) -> None:
        while True:
            letter = await self._next()
            self._on_its_way = 1
            letter.answered(await self._deliver(letter))
            self._on_its_way = 0

    async def _next(self) -> Letter:
        loop = asyncio.get_running_loop()
        while True:
            left = self._letters[0].due - loop.time() if self._letters else None
            if left is not None and left <= 0:
                return heappop(self._letters)
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                continue

    async def _deliver(self, letter: Letter) -> int:
        pause, complained = _FIRST_PAUSE, False
        while True:
            status = await self._client.send(letter.method, letter.path, letter.body)
            if status is not None and status < _SERVER_ERROR and status not in _TRY_AGAIN:
                return status
            if not complained:
                _log.warning("attempt.failed", path=letter.path, status=status)
                complained = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
