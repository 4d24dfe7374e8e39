"""What a worker replays to, where its deployment has a Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aanspraak.domain.job.events import REPLAY
from adapters.jobs.replaying import Replaying

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import AsyncConnection

    from adapters.config import Settings
    from adapters.jobs.job import Carries
    from adapters.kafka.cluster import Cluster


def replays(settings: Settings) -> Mapping[str, Carries]:
    """The kind of job that replays; none without a Kafka."""
    if settings.channel != "kafka" and settings.kafka_bootstrap_servers is None:
        return {}
    from adapters.kafka.parts import cluster  # noqa: PLC0415 - it takes half a second

    return {REPLAY: replaying_to(cluster(settings))}


def replaying_to(kafka: Cluster) -> Replaying:
    """What publishes to this Kafka."""
    from adapters.kafka import replay, topics  # noqa: PLC0415 - it takes half a second

    async def publish(conn: AsyncConnection[Any], topic: str, first: int, last: int) -> int:
        to = topics.replay(kafka, topic)
        return await replay.replay(conn, kafka, to, first, last, lambda _: None)

    return Replaying(publish=publish)
