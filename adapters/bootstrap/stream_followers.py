"""The follower that speaks to Kafka, whatever the channel to partners is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.bootstrap.following import until_stopped
from adapters.kafka import event_stream
from adapters.kafka.event_stream import EventStream
from adapters.kafka.parts import cluster
from adapters.kafka.sender import Sender
from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.follower import Follower

if TYPE_CHECKING:
    from adapters.bootstrap.following import Surroundings


async def stream(around: Surroundings) -> None:
    """Copies the log to the event stream, and to dashboards what they may hear."""
    kafka = cluster(around.settings)
    sender = Sender(kafka, f"{kafka.prefix}.{event_stream.NAME}")
    follower = Follower(
        url=around.url,
        name=event_stream.NAME,
        schema=event_stream.SCHEMA,
        handle=EventStream(kafka, sender).handle,
        dead_letters=DeadLetterTable(event_stream.NAME),
        batch=event_stream.BATCH,
    )
    try:
        await until_stopped(follower, around.stop)
    finally:
        sender.close()
