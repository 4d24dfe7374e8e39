"""To whom notices go: a port, and what can go wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from projections.notice_rules import Message


class NotDelivered(Exception):
    """It did not get there; the message is a short code, such as `http-503` or `timeout`."""


class Target(Protocol):
    """Somebody who is told; the same message may come twice, and is known by its id."""

    @property
    def name(self) -> str:
        """What it is called in the database and in logs."""

    async def deliver(self, message: Message, now: datetime) -> None:
        """Tell it; raises NotDelivered."""
