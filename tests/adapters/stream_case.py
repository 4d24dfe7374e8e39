"""A log, the followers that copy it to Kafka, and what a reader of a topic finds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from kafka import TopicPartition
from psycopg import AsyncConnection

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import CreateEntitlement
from adapters.kafka import event_stream
from adapters.kafka.cluster import Cluster
from adapters.kafka.event_stream import EventStream
from adapters.kafka.sender import Sender
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position
from adapters.postgres.follower import Follower
from tests.broker import environment, new_cluster
from tests.contracts.test_policies import _caught_up, _following, _submit
from tests.contracts.waiting import until
from tests.domain.consents import REVOKE, SETTLE, TO_PORTAL
from tests.domain.entitlements import ENTITLED, create

ABOUT = replace(TO_PORTAL, partner="dashboard-a", scope="entitlement.dashboard")
SCHOOL = ABOUT.school_id


class Read(NamedTuple):
    """A record as its reader has it."""

    key: str
    headers: dict[str, str]
    data: dict[str, Any]

    @property
    def about(self) -> tuple[str, str]:
        """Which fact it is, and of what: the short name of its type and its subject."""
        return self.headers["ce_type"].split(".")[-2], self.headers["ce_subject"]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A log and a cluster with topics of their own."""

    url: str
    conn: AsyncConnection[Any]
    cluster: Cluster

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """The follower of the stream, beside that of the policies."""
        sender = Sender(self.cluster, f"{self.cluster.prefix}.stream")
        follower = Follower(
            url=self.url,
            name=event_stream.NAME,
            schema=event_stream.SCHEMA,
            handle=EventStream(self.cluster, sender).handle,
            look_seconds=0.1,
        )
        async with _following(self.url):
            task = asyncio.create_task(follower.run())
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                sender.close()

    async def submit(self, *asks: tuple[UUID, object]) -> None:
        """Have commands handled."""
        await _submit(self.conn, *asks)

    async def entitled(self, **changes: object) -> UUID:
        """An entitlement of the school that its registry has ready."""
        order = ids.order_stream(uuid4())
        given = {"order": order, "subject_id": uuid4(), "school_id": SCHOOL, "portals": ()}
        command = create(**{**given, **changes})
        await self._order_of(command)
        stream = ids.entitlement_id(command.order, command.subject_id, command.turn)
        await self.submit((stream, command), (stream, _says(stream)))
        return stream

    async def consent(self, *, held: bool, school_id: UUID = SCHOOL) -> None:
        """The school gives its dashboard consent, or takes it back."""
        about = replace(ABOUT, school_id=school_id)
        stream = ids.consent_stream(school_id, about.partner, about.api, about.scope)
        await self.submit((stream, replace(SETTLE, about=about) if held else REVOKE))

    async def caught_up(self) -> None:
        """Until everything that follows from what was said is in Kafka."""
        await _caught_up(self.conn)
        query = "SELECT position FROM channel.bookmarks WHERE name = 'stream'"

        async def is_there() -> bool:
            row = await (await self.conn.execute(query)).fetchone()
            return row is not None and row[0] == await last_position(self.conn)

        await until(is_there)

    async def read(self, topic: str) -> list[Read]:
        """All that is in a topic, by the time it was written; none is there: nothing."""
        return await asyncio.to_thread(self._read, f"{self.cluster.prefix}.{topic}")

    def _read(self, topic: str) -> list[Read]:
        consumer = self.cluster.consumer(None)
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        ends = consumer.end_offsets(places) if places else {}
        found: list[Any] = []
        while any(consumer.position(place) < end for place, end in ends.items()):
            for records in consumer.poll(100).values():
                found += records
        consumer.close()
        return [_as_read(one) for one in sorted(found, key=lambda one: (one.timestamp, one.offset))]

    def environment(self, folder: Path) -> dict[str, str]:
        """The settings of a process that works on this log and cluster."""
        return environment(self.cluster, self.url, folder)

    async def _order_of(self, entitlement: CreateEntitlement) -> None:
        """The order it is counted for; the tests say who is in it."""
        await self.conn.execute(
            "INSERT INTO policy.orders (order_id, expected) VALUES (%s, 1000)", (entitlement.order,)
        )


@asynccontextmanager
async def new_stream(url: str, bootstrap_servers: str) -> AsyncIterator[Stream]:
    """A log in this database, and topics of its own."""
    async with await connect(url, "test") as conn:
        yield Stream(url=url, conn=conn, cluster=new_cluster(bootstrap_servers))


def abouts(found: Sequence[Read]) -> list[tuple[str, str]]:
    """What records are about, of one subject after the other, each in its order."""
    return [one.about for one in sorted(found, key=lambda one: one.key)]


def _says(stream: UUID) -> object:
    return replace(ENTITLED, reference_id=ids.request_reference(stream, "publisher", 1))


def _as_read(record: Any) -> Read:  # noqa: ANN401 - the client has no types
    headers = {name: value.decode() for name, value in record.headers}
    return Read(record.key.decode(), headers, json.loads(record.value))
