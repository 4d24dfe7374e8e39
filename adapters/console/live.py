"""A part of a page that follows what happens, over Server-Sent Events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from adapters.console.visits import Visit

T = TypeVar("T")

LOOK_SECONDS: Final = 2.0
LONGEST_SECONDS: Final = 900.0
"""After this a browser asks anew by itself, perhaps another process."""
LIVE: Final = "/live"
"""What the address of a stream has more than that of its page."""
NOT_HELD_BACK: Final = {"X-Accel-Buffering": "no"}
CHANGED: Final = "changed"
ENDED: Final = "ended"


def following(visit: Visit, now: Callable[[], Awaitable[str]]) -> EventSourceResponse:
    """Send what `now` gives, first and whenever it is other than before.

    It ends with the session, which it does not prolong, and as soon as the process is to stop.
    """
    return following_what(visit, now, _as_it_is)


def following_what(
    visit: Visit, look: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[str]]
) -> EventSourceResponse:
    """The same where to look is cheaper than to show: shown is what is other than before.

    When there are too many already, the page is told to be refreshed now and then instead.
    """
    streams, session = visit.console.streams, visit.csrf
    if not streams.take(session):
        return EventSourceResponse(_refreshing(visit), headers=NOT_HELD_BACK)
    return _Counted(_changes(visit, look, show), partial(streams.give_back, session))


class _Counted(EventSourceResponse):
    """Says when it is over, however it ends."""

    def __init__(self, changes: AsyncIterator[ServerSentEvent], over: Callable[[], None]) -> None:
        super().__init__(changes, headers=NOT_HELD_BACK)
        self._over = over

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._over()


async def _refreshing(visit: Visit) -> AsyncIterator[ServerSentEvent]:
    page = visit.here.replace(LIVE, "", 1)
    yield ServerSentEvent(visit.render("live_full.html", page=page), event=ENDED)


async def _changes(
    visit: Visit, look: Callable[[], Awaitable[T]], show: Callable[[T], Awaitable[str]]
) -> AsyncIterator[ServerSentEvent]:
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_SECONDS
    last: T | None = None
    while loop.time() < until:
        if await visit.console.sessions.find(visit.cookie, used=False) is None:
            yield ServerSentEvent(visit.render("live_ended.html"), event=ENDED)
            return
        found = await look()
        if found != last:
            yield ServerSentEvent(await show(found), event=CHANGED)
            last = found
        if await _is_told_to_stop(visit.services.draining):
            return


async def _as_it_is(shown: str) -> str:
    return shown


async def _is_told_to_stop(draining: asyncio.Event) -> bool:
    """Wait until it is time to look again, or to stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await draining.wait()
    return draining.is_set()
