"""Our log is a log of the eventsourcing library: its own test cases pass on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from typing_extensions import override

from aanspraak.domain.incident.events import IncidentOpened
from adapters.postgres.event_log import LibraryEvent, LogApplication, LogRecorder, read_many
from adapters.postgres.group_commit import commit_group
from tests.contracts.asking import open_incident
from tests.contracts.library_cases import cases


class _OnOurTable:
    datastore: PostgresDatastore

    @pytest.fixture(autouse=True)
    def _open_datastore(self, database_url: str) -> Iterator[None]:
        parts: dict[str, Any] = conninfo_to_dict(database_url)
        self.datastore = PostgresDatastore(
            parts["dbname"],
            parts["host"],
            parts["port"],
            parts["user"],
            parts.get("password", ""),
            schema="log",
            pool_size=1,
            max_overflow=10,
        )
        yield
        self.datastore.close()


class TestTheLibrarysAggregateRecorderOnOurTable(_OnOurTable, cases.AggregateRecorderTestCase):
    @override
    def create_recorder(self) -> PostgresAggregateRecorder:
        return PostgresAggregateRecorder(self.datastore, events_table_name="stored_events")


class TestOurRecorder(_OnOurTable, cases.ApplicationRecorderTestCase[LogRecorder]):
    @override
    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.datastore)

    def test_a_subscription_is_woken(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsOfTwoWritersNeverInterleave(
    _OnOurTable, cases.NonInterleavingNotificationIDsBaseCase
):
    @override
    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.datastore)


async def test_an_application_of_the_library_reads_what_the_committer_wrote(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    (result,) = await commit_group(conn, [open_incident()])
    with LogApplication(database_url) as application:
        (notification,) = application.notification_log.select(start=1, limit=10)
        (event,) = application.events.get(result.submission.stream_id)
    assert notification.id == result.position
    assert notification.topic == "incident.opened"
    assert isinstance(event, LibraryEvent)
    assert (event.event,) == result.events


async def test_we_read_what_an_application_of_the_library_wrote(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    stream_id = uuid4()
    fact = IncidentOpened(
        party="registry",
        code=1,
        kind="late",
        concerning="order",
        order=None,
        entitlement_id=None,
        text_id=None,
    )
    envelope = LibraryEvent(
        originator_id=stream_id,
        originator_version=1,
        actor="tester",
        correlation_id="story",
        causation_id="cause",
        event=fact,
    )
    with LogApplication(database_url) as application:
        application.save(envelope)
    (recorded,) = (await read_many(conn, [stream_id]))[stream_id]
    assert (recorded.event, recorded.version, recorded.actor) == (fact, 1, "tester")
