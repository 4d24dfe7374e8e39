"""The channel on Kafka: a topic per partner, a partition per lane."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from aanspraak.application.ports import Received
from adapters.kafka import topics
from adapters.kafka.reader import NotKept, Reader
from adapters.kafka.records import NUMBER, TIME, record_of
from adapters.kafka.sender import Sender
from adapters.postgres.channel import SQL, decode_message
from adapters.postgres.gaps import note_gap
from adapters.postgres.unreadable import UnreadableRecord, lay_records_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import AsyncConnection

    from aanspraak.application.messages import Message
    from adapters.kafka.cluster import Cluster

PUBLISHER: Final = "publisher"
REPUBLISHING: Final = "republishing"


class KafkaLanes:
    """The part of the channel that a process has once: its clients.

    An offset of a lane is the one after the record, as Kafka commits it. Of two that send under one
    name the later one fences the other.
    """

    def __init__(self, cluster: Cluster, sends_as: str = PUBLISHER) -> None:
        self.cluster = cluster
        self.sender = Sender(cluster, f"{cluster.prefix}.{sends_as}")
        self.reader = Reader(cluster)

    def on(self, conn: AsyncConnection[Any]) -> KafkaChannel:
        """The channel for who has this connection to the database."""
        return KafkaChannel(self, conn)

    def close(self) -> None:
        """Let go of the clients."""
        self.sender.close()
        self.reader.close()


class KafkaChannel:
    """The port `Channel`. The database wakes who serves a partner, and keeps the unreadable."""

    def __init__(self, lanes: KafkaLanes, conn: AsyncConnection[Any]) -> None:
        self._lanes = lanes
        self._conn = conn

    async def send(self, messages: Sequence[Message]) -> None:
        """Put messages at the end of their partners' lanes, and wake who serves them.

        They are there for good when this returns, whatever becomes of the transaction that is open
        on the connection: what is repeated then is known by its number.
        """
        if not messages:
            return
        cluster = self._lanes.cluster
        to = {one: topics.requests(cluster, one) for one in {each.partner for each in messages}}
        records = [record_of(each, to[each.partner].name, cluster.source) for each in messages]
        await self._lanes.sender.send(records, list(to.values()))
        await self._conn.execute(SQL["wake"], {"partners": sorted(to)})

    async def receive(self, partner: str, lane: str, after: int, limit: int) -> list[Received]:
        """The next messages of a lane after an offset; what cannot be read is given up."""
        found: list[Received] = []
        while True:
            try:
                records = await self._lanes.reader.receive(partner, lane, after, limit)
            except NotKept as gap:
                after = await self._go_past(partner, lane, gap)
                continue
            broken: list[UnreadableRecord] = []
            for record in records:
                after = record.offset + 1
                try:
                    message = decode_message(record.value)
                except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                    broken.append(_unreadable(record, error))
                else:
                    found.append(Received(offset=after, message=message))
            await lay_records_aside(self._conn, partner, lane, broken)
            if found or not records:
                return found

    async def acknowledge(self, partner: str, lane: str, offset: int) -> None:
        """All of a lane up to this offset is dealt with."""
        await self._lanes.reader.acknowledge(partner, lane, offset)

    async def acknowledged(self, partner: str, lane: str) -> int:
        """The offset up to which a lane is dealt with."""
        return await self._lanes.reader.acknowledged(partner, lane)

    async def waiting_since(self, partner: str, lane: str) -> datetime | None:
        """When the first message of a lane that is not dealt with was recorded."""
        while True:
            try:
                record = await self._lanes.reader.first_waiting(partner, lane)
            except NotKept as gap:
                await self._go_past(partner, lane, gap)
            else:
                return None if record is None else _recorded_at(record)

    async def sent_before(self, partner: str, lane: str, moment: datetime) -> int:
        """The offset after which a lane holds all that was sent since a moment."""
        return await self._lanes.reader.sent_before(partner, lane, moment)

    async def _go_past(self, partner: str, lane: str, gap: NotKept) -> int:
        """What Kafka did not keep is known to the operator before the lane goes on after it."""
        await note_gap(self._conn, partner, lane, gap.after, gap.begin)
        await self._lanes.reader.acknowledge(partner, lane, gap.begin)
        return gap.begin


def _recorded_at(record: Any) -> datetime:  # noqa: ANN401 - kafka-python has no types
    """One that does not say it was recorded when it was sent, at the latest."""
    try:
        return datetime.fromisoformat(dict(record.headers)[TIME].decode())
    except (KeyError, ValueError):
        return datetime.fromtimestamp(record.timestamp / 1_000, UTC)


def _unreadable(record: Any, error: Exception) -> UnreadableRecord:  # noqa: ANN401 - kafka-python has no types
    headers = dict(record.headers)
    return UnreadableRecord(
        key=(record.key or b"").decode(errors="replace"),
        number=headers.get(NUMBER, b"").decode(errors="replace"),
        text=(record.value or b"").decode(errors="replace"),
        error=type(error).__name__,
    )
