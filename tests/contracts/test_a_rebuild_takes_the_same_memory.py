"""A rebuild of a log ten times as long takes no more memory: a page, and an order."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.event_codec import encode, topic_of
from adapters.postgres.rebuild import Options, projection_named, rebuild
from adapters.postgres.views import NAME
from tests.projections.facts import Log, Story

pytestmark = pytest.mark.anyio

FEW, MANY = 25, 250
"""Orders, each for four pupils."""
AT_ONCE = 150
SLACK = 1_000_000
"""Bytes: Python keeps some of the tuples it has freed. The rows of the larger log are half as many
again, and its facts eight times."""
ROWS = "COPY log.stored_events (originator_id, originator_version, topic, state) FROM STDIN"
CAUGHT_UP = """
INSERT INTO view.bookmarks (name, position)
SELECT %s, max(notification_id) FROM log.stored_events
ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""


VIEWS = ("entitlement_details", "delivery_order_status", "order_requests")
"""Folded fact by fact, counted order by order, and in the order of the log."""


async def test_ten_times_the_log_is_not_ten_times_the_memory(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _tell(conn, range(FEW))
    for view in VIEWS:
        await _peak(database_url, view)
    small = {view: await _peak(database_url, view) for view in VIEWS}
    await _tell(conn, range(FEW, MANY))
    large = {view: await _peak(database_url, view) for view in VIEWS}
    assert [view for view in VIEWS if large[view] > small[view] + SLACK] == []


async def _tell(conn: AsyncConnection[Any], numbers: Iterable[int]) -> None:
    async with conn.cursor() as cursor, cursor.copy(ROWS) as copy:
        for number in numbers:
            log = Log()
            Story(log, name=f"order {number}", users=4).delivered()
            for one in log.facts:
                said = {"actor": "test", "correlation_id": "story", "causation_id": "cause"}
                state = encode(one.event, **said)
                await copy.write_row((one.stream_id, one.version, topic_of(one.event), state))
    await conn.execute(CAUGHT_UP, (NAME,))


async def _peak(url: str, view: str) -> int:
    """Bytes that Python held at most, beyond what it held before."""
    tracemalloc.start()
    try:
        await rebuild(url, projection_named(view), options=Options(facts_at_once=AT_ONCE))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
