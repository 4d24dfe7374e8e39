"""The channel that the configuration chooses; Kafka's client is imported where it is chosen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adapters.postgres.channel import PostgresChannel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import AsyncConnection

    from aanspraak.application.ports import Channel
    from adapters.config import Settings

    OpenChannel = Callable[[AsyncConnection[Any]], Channel]


@contextmanager
def open_channel(settings: Settings) -> Iterator[OpenChannel]:
    """The channel of this deployment, for who has a connection to the database."""
    if settings.channel == "database":
        yield PostgresChannel
        return
    from adapters.kafka.parts import open_lanes  # noqa: PLC0415 - it takes half a second

    with open_lanes(settings) as lanes:
        yield lanes.on


@contextmanager
def open_channel_beside_the_publisher(settings: Settings) -> Iterator[OpenChannel]:
    """The same channel for who sends as well, and must not fence the publisher."""
    if settings.channel == "database":
        yield PostgresChannel
        return
    from adapters.kafka.channel import REPUBLISHING  # noqa: PLC0415 - it takes half a second
    from adapters.kafka.parts import open_lanes  # noqa: PLC0415 - it takes half a second

    with open_lanes(settings, REPUBLISHING) as lanes:
        yield lanes.on
