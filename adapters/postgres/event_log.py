"""The event log: how it is read, and what makes it a log of the eventsourcing library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL
from typing_extensions import override

from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_codec import decode, encode, topic_of
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection

PAGE = 1_000
"""How many facts are read at once."""
EVERYTHING = 2**63 - 1
"""A position that no log reaches."""
UNREAD = ("", "", "", None)
"""In the place of who, why and what, of a fact that is not looked into."""


async def read_many(
    conn: AsyncConnection[Any], ids: Sequence[UUID], after_versions: Sequence[int] | None = None
) -> dict[UUID, list[Recorded]]:
    """The histories of these streams, all of it or after a version each; empty for a new stream."""
    after = [0] * len(ids) if after_versions is None else list(after_versions)
    histories: dict[UUID, list[Recorded]] = {stream_id: [] for stream_id in ids}
    for recorded in await read_query(conn, "read_many", {"ids": list(ids), "after": after}):
        histories[recorded.stream_id].append(recorded)
    return histories


async def read_first(conn: AsyncConnection[Any], ids: Sequence[UUID]) -> dict[UUID, Recorded]:
    """The fact each of these streams began with; a stream that is not there is missing."""
    found = await read_query(conn, "read_first", {"ids": list(ids)})
    return {recorded.stream_id: recorded for recorded in found}


async def read_after(
    conn: AsyncConnection[Any],
    position: int,
    limit: int = PAGE,
    *,
    topics: Sequence[str] | None = None,
) -> list[Recorded]:
    """The facts after a position, in order. Nothing is ever added before what was returned.

    With `topics` facts of others are told as places without an event: nobody has read them.
    """
    parameters = {"position": position, "limit": limit, "topics": topics}
    return await read_query(conn, "read_after", parameters)


async def read_range(  # noqa: PLR0913 - where it begins and ends, by streams and by positions
    conn: AsyncConnection[Any],
    first_id: UUID,
    last_id: UUID,
    *,
    after_version: int = -1,
    until_position: int = EVERYTHING,
    limit: int = PAGE,
    topics: Sequence[str] | None = None,
) -> list[Recorded]:
    """A page of the facts of all streams between two ids, stream by stream; `topics` as above.

    The next page begins at the stream of the last fact, after its version.
    """
    bounds = {"first": first_id, "after": after_version, "last": last_id, "until": until_position}
    parameters = {**bounds, "limit": limit, "topics": topics}
    return await read_query(conn, "read_range", parameters)


async def last_position(conn: AsyncConnection[Any]) -> int:
    """The position of the newest fact; 0 for an empty log."""
    return await _number(conn, "last_position")


async def count_topics(conn: AsyncConnection[Any], first: int, last: int) -> dict[str, int]:
    """How many facts of each topic there are from one position to another, both included."""
    bounds = {"first": first, "last": last}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(load("log")["count_topics"], bounds, prepare=False)
        return dict(await cursor.fetchall())


async def position_at(conn: AsyncConnection[Any], moment: datetime) -> int:
    """The last position recorded not after a moment; 0 when there is none."""
    return await _number(conn, "position_at", moment)


async def read_query(
    conn: AsyncConnection[Any], query: str, parameters: Mapping[str, object]
) -> list[Recorded]:
    """The facts that a query of sql/log.sql finds.

    Planned each time: a plan kept from when the log was small would scan it when it is large.
    """
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(load("log")[query], parameters, prepare=False)
        return [_recorded(row) for row in await cursor.fetchall()]


def _recorded(row: tuple[Any, ...]) -> Recorded:
    position, stream_id, version, recorded_at, topic, state = row
    if state is None:
        return Recorded(position, stream_id, version, recorded_at.astimezone(UTC), *UNREAD)
    envelope, event = decode(topic, state)
    return Recorded(
        position,
        stream_id,
        version,
        recorded_at.astimezone(UTC),
        envelope.actor,
        envelope.correlation,
        envelope.causation,
        event,
    )


async def _number(conn: AsyncConnection[Any], query: str, *parameters: object) -> int:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(load("log")[query], parameters)
        row = await cursor.fetchone()
        return int(row[0]) if row else 0


class LogRecorder(PostgresApplicationRecorder):
    """The library's recorder on our table, whose triggers keep one writer at a time and notify.

    So it does not LOCK TABLE, with which VACUUM and CREATE INDEX CONCURRENTLY conflict. The
    migrations make the table, not the library.
    """

    def __init__(self, datastore: PostgresDatastore, **_named_after_the_application: str) -> None:
        super().__init__(datastore, events_table_name="stored_events")
        self.channel_name = "aanspraak_log"
        self.lock_table_statements = [SQL("SET LOCAL lock_timeout = '2s'")]

    @override
    def create_table(self) -> None:
        """Do nothing: the table is the migrations'."""

    @override
    def _notify_channel(self, curs: object) -> None:
        """Do nothing: the trigger notifies."""


@dataclass(frozen=True, kw_only=True)
class LibraryEvent:
    """A fact as the library wants it: with the names it knows its place by."""

    originator_id: UUID
    originator_version: int
    actor: str
    correlation_id: str
    causation_id: str
    event: object


class LogMapper(Mapper[UUID]):
    """The library's mapper with our topics and our JSON."""

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=topic_of(domain_event.event),
            state=encode(
                domain_event.event,
                actor=domain_event.actor,
                correlation_id=domain_event.correlation_id,
                causation_id=domain_event.causation_id,
            ),
        )

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> LibraryEvent:
        envelope, event = decode(stored_event.topic, stored_event.state)
        return LibraryEvent(
            originator_id=UUID(str(stored_event.originator_id)),
            originator_version=stored_event.originator_version,
            actor=envelope.actor,
            correlation_id=envelope.correlation,
            causation_id=envelope.causation,
            event=event,
        )


class LogApplication(Application[UUID]):
    """An application of the library on our log, for whatever the library offers."""

    def __init__(self, url: str) -> None:
        parts = conninfo_to_dict(url)
        super().__init__(
            {
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": str(parts["dbname"]),
                "POSTGRES_HOST": str(parts.get("host", "127.0.0.1")),
                "POSTGRES_PORT": str(parts.get("port", 5432)),
                "POSTGRES_USER": str(parts.get("user", "postgres")),
                "POSTGRES_PASSWORD": str(parts.get("password", "")),
                "POSTGRES_SCHEMA": "log",
                "APPLICATION_RECORDER_TOPIC": f"{__name__}:LogRecorder",
                "CREATE_TABLE": "no",
            }
        )

    @override
    def construct_mapper(self) -> Mapper[UUID]:
        return self.factory.mapper(self.construct_transcoder(), mapper_class=LogMapper)
