"""What registries say of use, from what was kept of it or asked anew, in good time either way."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from adapters.eduv.partner_reader import NoAnswer, UnknownThere
from adapters.postgres.usage_cache import PAGE, Asked, Source, UsageCache

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from datetime import datetime

    from adapters.eduv.usage_client import UsageClient
    from adapters.postgres.directory import Directory
    from adapters.wire.usage_v1 import EntitlementUsage
    from projections.partners import Partner

AGAIN_SECONDS: Final = 30.0
"""So soon after a failure a registry is not asked again, unless somebody insists."""
NOT_YET: Final = "timeout"


class Usage:
    """Asks a registry when what is kept is older than `cache_seconds`.

    Whoever asks waits `wait_seconds` at most; the answer that comes later is kept all the same.
    """

    def __init__(
        self,
        cache: UsageCache,
        client: UsageClient,
        directory: Directory,
        *,
        cache_seconds: float,
        wait_seconds: float,
        now: Callable[[], datetime],
    ) -> None:
        self.cache = cache
        self._client = client
        self._directory = directory
        self._good_for = timedelta(seconds=cache_seconds)
        self._wait_seconds = wait_seconds
        self._now = now
        self._asking: dict[Asked, asyncio.Task[None]] = {}

    async def sources(self, asked: Sequence[Asked], *, fresh: bool) -> list[Source]:
        """What each registry answered, asked anew where that is due or wanted (`fresh`)."""
        return await asyncio.gather(*(self._source(each, fresh=fresh) for each in asked))

    async def close(self) -> None:
        """Wait for nothing any more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _source(self, asked: Asked, *, fresh: bool) -> Source:
        kept = await self.cache.source(asked)
        if not fresh and self._will_do(kept):
            return kept
        began = self._now()
        task = self._asking.get(asked) or self._ask(asked)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await asyncio.shield(task)
        except TimeoutError:
            return kept._replace(attempted_at=began, error=NOT_YET)
        return await self.cache.source(asked)

    def _will_do(self, kept: Source) -> bool:
        now = self._now()
        if kept.as_of is not None and now - kept.as_of < self._good_for:
            return True
        soon = timedelta(seconds=AGAIN_SECONDS)
        failed_at = kept.attempted_at if kept.error else None
        return failed_at is not None and now - failed_at < soon

    def _ask(self, asked: Asked) -> asyncio.Task[None]:
        """One question for all who ask; it goes on when they have stopped waiting."""
        task = self._asking[asked] = asyncio.create_task(self._refresh(asked))
        task.add_done_callback(lambda done: self._asked(asked, done))
        return task

    def _asked(self, asked: Asked, task: asyncio.Task[None]) -> None:
        self._asking.pop(asked, None)
        if not task.cancelled():
            task.exception()  # whoever still waits raises it; nobody else needs it

    async def _refresh(self, asked: Asked) -> None:
        as_of = self._now()
        try:
            await self._read(await self._partner(asked.registry), asked, as_of)
        except UnknownThere:
            await self.cache.answered(asked, as_of, known=False)
        except NoAnswer as failure:
            await self.cache.failed(asked, self._now(), failure.code)
        else:
            await self.cache.answered(asked, as_of, known=True)

    async def _partner(self, name: str) -> Partner:
        found = await self._directory.partner(name)
        if found is None:
            raise NoAnswer("no_address")
        return found

    async def _read(self, registry: Partner, asked: Asked, as_of: datetime) -> None:
        match asked.kind:
            case "entitlement":
                usage = await self._client.entitlement(registry, UUID(asked.id))
                await self.cache.put(registry.partner, [usage], as_of)
            case "order":
                await self._keep(registry, self._client.order(registry, UUID(asked.id)), as_of)
            case "contract":
                await self._keep(registry, self._client.contract(registry, asked.id), as_of)

    async def _keep(
        self, registry: Partner, usages: AsyncGenerator[EntitlementUsage, Any], as_of: datetime
    ) -> None:
        piece: list[EntitlementUsage] = []
        async with aclosing(usages):
            async for usage in usages:
                piece.append(usage)
                if len(piece) == PAGE:
                    await self.cache.put(registry.partner, piece, as_of)
                    piece = []
        await self.cache.put(registry.partner, piece, as_of)
