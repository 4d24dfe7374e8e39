"""What is in the log stays as it was written, whoever asks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from tests.contracts.asking import append_raw

CHANGES = [
    "UPDATE log.stored_events SET topic = 'else'",
    "UPDATE log.stored_events SET topic = 'else' WHERE false",
    "DELETE FROM log.stored_events",
    "TRUNCATE log.stored_events",
    "TRUNCATE log.stored_events CASCADE",
]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_refused_to_the_owner(conn: AsyncConnection[Any], change: str) -> None:
    await append_raw(conn, [uuid4()], [0])
    with pytest.raises(psycopg.errors.RestrictViolation, match="the log only grows"):
        await conn.execute(change.encode())
    assert await _count(conn) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_refused_to_a_session_that_calls_itself_a_replica(
    conn: AsyncConnection[Any], change: str
) -> None:
    await conn.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.RestrictViolation):
        await conn.execute(change.encode())


@pytest.mark.parametrize("change", [*CHANGES, "ALTER TABLE log.stored_events DISABLE TRIGGER ALL"])
async def test_the_role_of_running_processes_may_not_even_try(
    conn: AsyncConnection[Any], change: str
) -> None:
    await conn.execute("SET ROLE aanspraak_runtime")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await conn.execute(change.encode())


async def test_the_role_of_running_processes_appends_and_reads(conn: AsyncConnection[Any]) -> None:
    await conn.execute("SET ROLE aanspraak_runtime")
    await append_raw(conn, [uuid4()], [0])
    await conn.execute("SELECT * FROM log.readable_events")
    await conn.execute("SELECT log.position_at(now())")
    assert await _count(conn) == 1


async def test_nobody_chooses_a_position(conn: AsyncConnection[Any]) -> None:
    with pytest.raises(psycopg.errors.GeneratedAlways):
        await conn.execute(
            "INSERT INTO log.stored_events VALUES (gen_random_uuid(), 1, 'a.b', '{}', 7)"
        )


async def _count(conn: AsyncConnection[Any]) -> int:
    row = await (await conn.execute("SELECT count(*) FROM log.stored_events")).fetchone()
    return int(row[0]) if row else 0
