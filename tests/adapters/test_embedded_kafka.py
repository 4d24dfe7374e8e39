"""The embedded broker starts, is found again, comes back after a kill, and stops."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from adapters.kafka.embedded import Broker, halt, kill, running_pid, start, stop
from adapters.kafka.programs import BrokerUnavailable, jars, java


@pytest.fixture(scope="module")
def broker(kafka_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    one = Broker(folder=tmp_path_factory.mktemp("state") / "kafka", programs=kafka_programs)
    yield one
    halt(one)


def test_what_it_holds_outlives_a_kill_and_its_address_stays(broker: Broker) -> None:
    address = start(broker)
    with _admin(address) as admin:
        admin.create_topics([NewTopic("kept", 3, 1)])
    kill(broker)
    assert running_pid(broker) is None
    assert start(broker) == address
    with _admin(address) as admin:
        assert "kept" in admin.list_topics()


def test_a_second_start_finds_the_first_broker(broker: Broker) -> None:
    start(broker)
    pid = running_pid(broker)
    start(broker)
    assert running_pid(broker) == pid


def test_it_is_in_a_session_of_its_own_so_ctrl_c_does_not_reach_it(broker: Broker) -> None:
    start(broker)
    pid = running_pid(broker)
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)


def test_stopping_twice_is_stopping_once(broker: Broker) -> None:
    start(broker)
    stop(broker.folder.parent)
    stop(broker.folder.parent)
    assert running_pid(broker) is None


def test_stopping_what_was_never_there_is_fine(tmp_path: Path) -> None:
    stop(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_only_has_its_number_is_not_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(str(os.getpid()))
    assert running_pid(Broker(folder=tmp_path, programs=tmp_path)) is None


def test_a_machine_without_java_or_maven_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BrokerUnavailable, match="Java 17 is not installed"):
        java(search_path=str(tmp_path))
    with pytest.raises(BrokerUnavailable, match="Maven is not installed"):
        jars(tmp_path, search_path=str(tmp_path))


def _admin(address: str) -> KafkaAdminClient:
    return KafkaAdminClient(bootstrap_servers=address)
