"""What the policies count is built anew from the log, and only when nobody else counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.connection import connect
from adapters.postgres.policy_rebuild import LettersWait, StillFollowing, rebuild_policies
from tests.contracts.pool_case import PoolCase

if TYPE_CHECKING:
    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

LOCK = "SELECT pg_advisory_lock(hashtextextended('policies', 0))"
LETTER = """
INSERT INTO channel.dead_letter (follower, position, stream_id, topic, reason)
SELECT 'policies', e.notification_id, e.originator_id, e.topic, 'ValueError'
FROM log.stored_events e LIMIT 1
"""


@pytest.fixture
async def case(conn: AsyncConnection[Any]) -> PoolCase:
    """An order that was followed, and a count of it that somebody spoiled."""
    case = PoolCase(conn=conn)
    await case.roster([1, 2])
    await case.order()
    await case.follow()
    return case


async def test_rows_that_somebody_spoiled_are_as_the_log_has_them(case: PoolCase) -> None:
    as_followed = await case.tables()
    facts = len(await case.log())
    await case.conn.execute("UPDATE policy.orders SET expected = expected + 7")
    await case.conn.execute("DELETE FROM policy.pool_members")
    await rebuild_policies(case.conn)
    assert await case.tables() == as_followed
    assert len(await case.log()) == facts


async def test_what_comes_after_the_bookmark_is_left_to_the_follower(case: PoolCase) -> None:
    before = await case.tables()
    await case.order()
    await rebuild_policies(case.conn)
    assert await case.tables() == before


async def test_while_the_follower_runs_nothing_is_rebuilt(
    case: PoolCase, database_url: str
) -> None:
    async with await connect(database_url, "test") as follower:
        await follower.execute(LOCK)
        with pytest.raises(StillFollowing, match="stop"):
            await rebuild_policies(case.conn)


async def test_a_fact_that_was_laid_aside_is_decided_about_first(case: PoolCase) -> None:
    await case.conn.execute(LETTER)
    with pytest.raises(LettersWait, match="retry or skip"):
        await rebuild_policies(case.conn)
