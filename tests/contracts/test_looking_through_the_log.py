"""The log is looked through from its end: as far as asked, and never from end to end at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from aanspraak.domain import ids
from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_log import read_after
from adapters.postgres.queries import load
from adapters.postgres.reads_facts import STORY, Asked, facts_found, story_of, streams_named
from tests.contracts.view_rows import append
from tests.projections.facts import Log, Story

pytestmark = pytest.mark.anyio

OTHER = "another story"
QUERIES = {
    "read_back": "stored_events_notification_id_idx",
    "read_streams_back": "stored_events_pkey",
    "read_story": "stored_events_notification_id_idx",
}


async def test_no_question_reads_the_log_from_end_to_end(conn: AsyncConnection[Any]) -> None:
    """Each goes along an index, within bounds; what has no index is only sought between those."""
    await conn.execute("SET enable_seqscan = off")
    for name, index in QUERIES.items():
        plan = await _plan(conn, name)
        assert (name, "Seq Scan on stored_events" in plan) == (name, False)
        assert (name, f"using {index}" in plan) == (name, True)
        bounds = "Index Cond: ((notification_id >= " if name != "read_streams_back" else "("
        assert (name, bounds in plan) == (name, True)
    assert "originator_id >= " in await _plan(conn, "read_story")


async def test_the_newest_come_first_and_go_on_where_a_page_ended(
    conn: AsyncConnection[Any],
) -> None:
    log = await _written(conn)
    first = await facts_found(conn, Asked(limit=4))
    assert [each.position for each in first.facts] == _back_from(len(log))[:4]
    rest = await facts_found(conn, Asked(limit=1_000, before=first.before))
    assert [each.position for each in rest.facts] == _back_from(len(log))[4:]
    assert (rest.looked_to, rest.before) == (1, None)


async def test_each_filter_leaves_out_what_it_says(conn: AsyncConnection[Any]) -> None:
    log = await _written(conn)
    stream = log[0].stream_id
    for asked, wanted in (
        (Asked(topic="delivery-order.received"), [1]),
        (Asked(streams=[stream]), [e.position for e in log if e.stream_id == stream]),
        (Asked(actor="somebody else"), [len(log)]),
        (Asked(correlation=OTHER), [len(log)]),
        (Asked(correlation=OTHER, streams=[log[-1].stream_id]), [len(log)]),
        (Asked(correlation=OTHER, streams=[UUID(int=1)]), []),
        (Asked(actor="somebody"), []),
        (Asked(topic="no such kind"), []),
    ):
        found = await facts_found(conn, asked)
        assert [each.position for each in found.facts] == wanted[::-1]
        assert found.before is None


async def test_a_stretch_of_time_begins_with_its_first_moment_and_ends_before_its_last(
    conn: AsyncConnection[Any],
) -> None:
    await _written(conn)
    log = await read_after(conn, 0)
    third = log[2].recorded_at
    within = await facts_found(conn, Asked(first=third, last=third + timedelta(microseconds=1)))
    assert [each.recorded_at for each in within.facts] == [third] * len(within.facts)
    assert log[2].position in [each.position for each in within.facts]
    before = await facts_found(conn, Asked(last=third))
    assert all(each.recorded_at < third for each in before.facts)
    assert (await facts_found(conn, Asked(first=datetime.max.replace(tzinfo=UTC)))).facts == []


async def test_what_is_rare_is_sought_a_stretch_at_a_time(conn: AsyncConnection[Any]) -> None:
    log = await _written(conn)
    asked, looked = Asked(topic="delivery-order.received"), 0
    found: list[Recorded] = []
    while True:
        part = await facts_found(conn, asked, span=3)
        looked, found = looked + 1, [*found, *part.facts]
        if part.before is None:
            break
        assert part.looked_to == part.before
        asked = asked._replace(before=part.before)
    assert [each.position for each in found] == [1]
    assert looked == -(-len(log) // 3)
    of_stream = await facts_found(conn, asked._replace(streams=[log[0].stream_id]), span=3)
    assert of_stream.before is None


async def test_a_story_is_found_around_a_fact_and_beside_its_order(
    conn: AsyncConnection[Any],
) -> None:
    log = await _written(conn)
    whole = [each.position for each in log if each.correlation_id != OTHER]
    found = await story_of(conn, len(log) - 1, span=2)
    assert found is not None
    assert [each.position for each in found.facts] == whole
    alone = await story_of(conn, len(log))
    assert alone is not None
    assert [each.position for each in alone.facts] == [len(log)]
    assert (found.more, len(whole) < STORY) == (False, True)
    assert await story_of(conn, len(log) + 1) is None
    assert await story_of(conn, 0) is None


def test_an_id_may_mean_a_stream_an_order_a_partner_or_a_product() -> None:
    given = UUID(int=7)
    assert streams_named(str(given))[:2] == [given, ids.order_stream(given)]
    assert streams_named("shop-1") == [ids.partner_stream("shop-1"), ids.product_stream("shop-1")]


async def _written(conn: AsyncConnection[Any]) -> Sequence[Recorded]:
    """One order in one story, and at the end a fact of another by somebody else."""
    log = Log()
    Story(log, name="one", users=3).delivered()
    log.facts[-1] = log.facts[-1]._replace(actor="somebody else", correlation_id=OTHER)
    await append(conn, log.facts)
    return log.facts


async def _plan(conn: AsyncConnection[Any], name: str) -> str:
    given = {
        "first": 10,
        "last": 20,
        "topic": None,
        "actor": None,
        "story": b"x",
        "limit": 11,
        "streams": [UUID(int=1)],
        "first_id": UUID(int=0),
        "last_id": UUID(int=2**80),
    }
    explained = "EXPLAIN (COSTS OFF) " + load("log")[name]
    rows = await (await conn.execute(explained, given, prepare=False)).fetchall()
    return "\n".join(line for (line,) in rows)


def _back_from(position: int) -> list[int]:
    return list(range(position, 0, -1))
