"""A hub that answers over HTTP, for the tests of its API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.kafka.channel import KafkaLanes
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.stream_case import Stream, new_stream
from tests.broker import new_cluster


@pytest.fixture(params=["database", "kafka"])
def either_channel(request: pytest.FixtureRequest) -> Iterator[KafkaLanes | None]:
    """Give the channel on Kafka, and once more none: then it is in the database."""
    if request.param == "database":
        yield None
        return
    lanes = KafkaLanes(new_cluster(request.getfixturevalue("kafka_server")))
    yield lanes
    lanes.close()


@pytest.fixture
async def stream(database_url: str, kafka_server: str) -> AsyncIterator[Stream]:
    """Give a log, and topics of its own that it may be copied to."""
    async with new_stream(database_url, kafka_server) as one:
        yield one


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """Give a hub with its partners and products."""
    async with running_hub(database_url, tmp_path) as running:
        yield running
