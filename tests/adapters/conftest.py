"""A hub that answers over HTTP, for the tests of its API; and what a gateway speaks to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.kafka.channel import KafkaLanes
from tests.adapters.http_case import Hub, running_hub
from tests.adapters.partner_case import PartnerServer, serving
from tests.adapters.stream_case import Stream, new_stream
from tests.broker import new_cluster


@pytest.fixture
def kafka_lanes(kafka_server: str) -> Iterator[KafkaLanes]:
    """Give the lanes of partners on Kafka, under names that nobody else uses."""
    lanes = KafkaLanes(new_cluster(kafka_server))
    yield lanes
    lanes.close()


@pytest.fixture(params=["database", "kafka"])
def either_channel(request: pytest.FixtureRequest) -> KafkaLanes | None:
    """Give the channel on Kafka, and once more none: then it is in the database."""
    on_kafka: KafkaLanes | None = None
    if request.param == "kafka":
        on_kafka = request.getfixturevalue("kafka_lanes")
    return on_kafka


@pytest.fixture
async def registry() -> AsyncIterator[PartnerServer]:
    """Give a registry that takes what it is sent, as it can be told."""
    async with serving("registry") as server:
        yield server


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
