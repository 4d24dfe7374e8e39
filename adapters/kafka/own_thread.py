"""A thread for a client that blocks: what is asked of it is done one after the other."""

from __future__ import annotations

import asyncio
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_Asked = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", "Callable[[], Any]"]


class OwnThread:
    """Runs calls in their order. It keeps no process alive, so one that hangs may be left."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._farewell: Callable[[], object] = bool
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def call(self, what: Callable[[], T], seconds: float) -> T:
        """What the call returned or raised; raises TimeoutError when that took too long."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._asked.put((loop, answer, what))
        async with asyncio.timeout(seconds):
            return await answer

    def leave(self, farewell: Callable[[], object]) -> None:
        """End it when it has done what it is asked until now, and this; if it hangs, never mind."""
        self._farewell = farewell
        self._asked.put(None)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            loop, answer, what = asked
            result, error = _tried(what)
            if not loop.is_closed():
                loop.call_soon_threadsafe(_give, answer, result, error)
        _tried(self._farewell)


def _tried(what: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return what(), None
    except BaseException as error:  # noqa: BLE001 - it is raised again where it was asked
        return None, error


def _give(answer: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
