"""The port `Channel` in memory: what the contract asks, and nothing more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from aanspraak.application.messages import Message
from aanspraak.application.ports import Received

Lane = tuple[str, str]


class InMemoryChannel:
    """Lists of messages, and how far each is dealt with."""

    def __init__(self) -> None:
        self._sent: dict[Lane, list[Received]] = defaultdict(list)
        self._dealt_with: dict[Lane, int] = defaultdict(int)
        self._count = 0
        self._sent_at: dict[int, datetime] = {}

    async def send(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._count += 1
            received = Received(offset=self._count, message=message)
            self._sent_at[self._count] = datetime.now(UTC)
            self._sent[message.partner, message.lane].append(received)

    async def receive(self, partner: str, lane: str, after: int, limit: int) -> list[Received]:
        later = [one for one in self._sent[partner, lane] if one.offset > after]
        return later[:limit]

    async def acknowledge(self, partner: str, lane: str, offset: int) -> None:
        at = (partner, lane)
        self._dealt_with[at] = max(offset, self._dealt_with[at])

    async def waiting_since(self, partner: str, lane: str) -> datetime | None:
        waiting = await self.receive(partner, lane, self._dealt_with[partner, lane], 1)
        return waiting[0].message.recorded_at if waiting else None

    async def sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        sent = (one.offset for one in self._sent[partner, lane])
        return max((one for one in sent if self._sent_at[one] < moment), default=0)

    async def acknowledged(self, partner: str, lane: str) -> int:
        return self._dealt_with[partner, lane]
