"""What is in the log can be read by stream, by position, by range and by moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.incident.events import IncidentOpened
from adapters.postgres.event_codec import UnreadableFact
from adapters.postgres.event_log import (
    last_position,
    position_at,
    read_after,
    read_many,
    read_range,
)
from adapters.postgres.queries import load
from tests.contracts.asking import append_raw


async def test_a_fact_is_read_with_all_that_was_recorded_of_it(conn: AsyncConnection[Any]) -> None:
    await append_raw(conn, [uuid4()], [0])
    (recorded,) = await read_after(conn, 0)
    assert isinstance(recorded.event, IncidentOpened)
    assert (recorded.position, recorded.version) == (1, 1)
    assert (recorded.actor, recorded.correlation_id, recorded.causation_id) == (
        "tester",
        "story",
        "cause",
    )
    assert recorded.recorded_at.tzinfo is UTC
    assert timedelta(0) <= datetime.now(UTC) - recorded.recorded_at < timedelta(minutes=1)


async def test_many_streams_are_read_at_once_each_from_its_own_version(
    conn: AsyncConnection[Any],
) -> None:
    one, two, empty = uuid4(), uuid4(), uuid4()
    await append_raw(conn, [one, two, one, two, one], [0] * 5)
    histories = await read_many(conn, [one, two, empty], [1, 0, 0])
    assert {stream: [r.version for r in history] for stream, history in histories.items()} == {
        one: [2, 3],
        two: [1, 2],
        empty: [],
    }


@pytest.mark.parametrize("analysed_when_empty", [False, True])
async def test_reading_many_streams_scans_nothing_whatever_the_statistics(
    conn: AsyncConnection[Any], analysed_when_empty: bool
) -> None:
    await conn.execute("ALTER TABLE log.stored_events SET (autovacuum_enabled = false)")
    if analysed_when_empty:
        await conn.execute("ANALYZE log.stored_events")
    ids = [uuid4() for _ in range(1000)]
    for version in range(10):
        await append_raw(conn, ids, [version] * len(ids))
    explain = b"EXPLAIN " + load("log")["read_many"].encode()
    parameters = {"ids": ids, "after": [0] * len(ids)}
    plan = await (await conn.execute(explain, parameters, prepare=False)).fetchall()
    assert "Seq Scan" not in "\n".join(line for (line,) in plan)
    assert sum(map(len, (await read_many(conn, ids)).values())) == 10_000


async def test_a_range_of_streams_is_read_in_pages_by_key(conn: AsyncConnection[Any]) -> None:
    inside = [UUID(int=number) for number in (10, 11, 12)]
    await append_raw(conn, [*inside, UUID(int=9), UUID(int=13)] * 3, [0] * 15)
    seen: list[tuple[UUID, int]] = []
    stream_id, version = inside[0], -1
    while page := await read_range(conn, stream_id, inside[-1], after_version=version, limit=4):
        seen += [(recorded.stream_id, recorded.version) for recorded in page]
        stream_id, version = seen[-1]
    assert seen == [(each, number) for each in inside for number in (1, 2, 3)]


async def test_a_range_is_read_as_it_was_at_a_position(conn: AsyncConnection[Any]) -> None:
    await append_raw(conn, [uuid4() for _ in range(5)], [0] * 5)
    page = await read_range(conn, UUID(int=0), UUID(int=2**128 - 1), until_position=3)
    assert sorted(recorded.position for recorded in page) == [1, 2, 3]


async def test_of_facts_that_nobody_asks_about_only_the_places_are_read(
    conn: AsyncConnection[Any],
) -> None:
    one, other = UUID(int=1), UUID(int=2)
    await append_raw(conn, [one, other], [0] * 2)
    await append_raw(conn, [one], [1], state=b"nobody reads this")
    with pytest.raises(UnreadableFact):
        await read_after(conn, 0, topics=["incident.opened"])
    for page in (
        await read_after(conn, 0, topics=["incident.closed"]),
        await read_range(conn, one, other, topics=["incident.closed"]),
    ):
        assert {(r.position, r.stream_id, r.version) for r in page} == {
            (1, one, 1),
            (2, other, 1),
            (3, one, 2),
        }
        assert {(r.actor, r.event) for r in page} == {("", None)}


async def test_a_moment_means_the_last_position_not_after_it(conn: AsyncConnection[Any]) -> None:
    """Whole batches carry one time, and undone ones leave gaps in the positions."""
    assert await position_at(conn, datetime.now(UTC)) == await last_position(conn) == 0
    for size in (3, 1, 4, 2):
        await append_raw(conn, [uuid4() for _ in range(size)], [0] * size)
        async with conn.transaction(force_rollback=True):
            await append_raw(conn, [uuid4() for _ in range(size)], [0] * size)
    facts = await read_after(conn, 0)
    for moment in {recorded.recorded_at for recorded in facts}:
        for shift in (timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1)):
            earlier = [r.position for r in facts if r.recorded_at <= moment + shift]
            assert await position_at(conn, moment + shift) == max(earlier, default=0)


async def test_people_with_psql_read_plain_words(conn: AsyncConnection[Any]) -> None:
    await append_raw(conn, [uuid4()], [0])
    row = await (
        await conn.execute(
            "SELECT position, version, topic, actor, correlation, causation, data ->> 'kind'"
            " FROM log.readable_events"
        )
    ).fetchone()
    assert row == (1, 1, "incident.opened", "tester", "story", "cause", "late")


async def test_a_fact_of_a_newer_release_is_not_passed_over(conn: AsyncConnection[Any]) -> None:
    newer = b'{"v":2,"actor":"a","correlation":"b","causation":"c","data":{}}'
    await append_raw(conn, [uuid4()], [0], state=newer)
    with pytest.raises(UnreadableFact, match=r"incident\.opened: version 2 is unknown"):
        await read_after(conn, 0)
