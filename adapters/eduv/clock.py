"""The time as the gateway knows it; a test has one of its own, and sets it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final, Protocol

LOOK_SECONDS: Final = 60.0


class Clock(Protocol):
    """What time it is, and how to wait for a moment."""

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until the clock says this moment or later."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Wait, and look every minute whether somebody has set the time."""
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time tells
            await asyncio.sleep(min(left, LOOK_SECONDS))
