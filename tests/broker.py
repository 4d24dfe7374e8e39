"""A real Kafka broker for the tests, one for the whole run.

`KAFKA_BOOTSTRAP_SERVERS` takes any other; otherwise it is the embedded one. Where that cannot be
had, the tests that ask for it are skipped and the last lines of the run say so; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.kafka.cluster import Cluster
from adapters.kafka.embedded import Broker, halt, start
from adapters.kafka.programs import BrokerUnavailable, jars, java
from tests.adapters.verb_case import environment as hub_environment

WITHOUT = "without Kafka: "


@pytest.fixture(scope="session")
def kafka_programs() -> Path:
    """Give the folder with the broker's programs."""
    try:
        java()
        return jars()
    except BrokerUnavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{WITHOUT}{error}")


@pytest.fixture(scope="session")
def kafka_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the bootstrap servers of a running broker."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
        return
    programs = request.getfixturevalue("kafka_programs")
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-kafka-"))
    broker = Broker(folder=folder, programs=programs)
    try:
        yield start(broker)
    finally:
        halt(broker)
        shutil.rmtree(folder)


def environment(cluster: Cluster, database_url: str, folder: Path) -> dict[str, str]:
    """What a verb is told of a hub whose channel is on this cluster."""
    return {
        **hub_environment(database_url, folder),
        "KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "AANSPRAAK_CHANNEL": "kafka",
        "AANSPRAAK_KAFKA_TOPIC_PREFIX": cluster.prefix,
        "AANSPRAAK_KAFKA_REPLICATION": "1",
        "AANSPRAAK_KAFKA_PARTITIONS": str(cluster.partitions),
    }


def new_cluster(bootstrap_servers: str) -> Cluster:
    """A cluster of one's own: topics with a name that nobody has had."""
    prefix = f"test-{uuid4().hex[:12]}"
    return Cluster(bootstrap_servers=bootstrap_servers, prefix=prefix, partitions=2)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where it is read: a run without Kafka has not tested everything."""
    missed = [
        report.longrepr[2]
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple) and WITHOUT in report.longrepr[2]
    ]
    if missed:
        _, _, why = missed[0].partition(WITHOUT)
        terminalreporter.section("no Kafka")
        terminalreporter.write_line(f"{len(missed)} tests of Kafka were left out: {why}")
