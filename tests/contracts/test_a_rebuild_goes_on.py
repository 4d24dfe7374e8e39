"""A rebuild that is killed at any moment changes nothing, and the next one goes on with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import AsyncConnection

from adapters.postgres.connection import connect
from adapters.postgres.rebuild import Options, Rebuilt, discard, projection_named, rebuild
from adapters.postgres.rebuild_parts import NothingToJoin, join
from tests.contracts.view_rows import append, follow, rows_of
from tests.contracts.waiting import until
from tests.projections.facts import Log, Story

pytestmark = pytest.mark.anyio

VIEW = "entitlement_details"
SMALL = Options(facts_at_once=8)
"""So that a few hundred facts are many pages in several parts."""
GATE = 4711
REBUILD = (
    "import asyncio, sys;"
    "from adapters.postgres.rebuild import Options, projection_named, rebuild;"
    f"asyncio.run(rebuild(sys.argv[1], projection_named('{VIEW}'),"
    " options=Options(facts_at_once=8)))"
)
GATES = {
    "beginning": "BEFORE INSERT ON view.rebuild_parts FOR EACH STATEMENT",
    "folding": "BEFORE UPDATE ON view.rebuild_parts FOR EACH ROW WHEN (NEW.part = 3)",
    "catching up": "BEFORE UPDATE ON view.rebuild_runs FOR EACH ROW",
    "changing places": "BEFORE DELETE ON view.rebuild_runs FOR EACH ROW",
}
"""Where a process stops until the gate is opened, per phase."""
LOCKS = {
    "indexing": f"LOCK TABLE view.{VIEW}_next IN ROW EXCLUSIVE MODE",
    "comparing": f"LOCK TABLE view.{VIEW} IN ACCESS EXCLUSIVE MODE",
}
"""What nobody gets past in a later phase; taken while the process folds."""


@pytest.mark.parametrize("phase", GATES)
async def test_killed_while_it_is(
    conn: AsyncConnection[Any], database_url: str, phase: str
) -> None:
    expected = await _wrong_rows(conn)
    await _make_gate(conn, GATES[phase])
    async with _closed(database_url):
        await _kill(conn, await _started(conn, database_url))
    await _seems_untouched(conn)
    rebuilt = await _again(conn, database_url, expected)
    assert rebuilt.resumed == (phase != "beginning")


@pytest.mark.parametrize("phase", LOCKS)
async def test_killed_later_while_it_is(
    conn: AsyncConnection[Any], database_url: str, phase: str
) -> None:
    expected = await _wrong_rows(conn)
    await _make_gate(conn, GATES["folding"])
    async with await connect(database_url, "in the way") as other, other.transaction():
        async with _closed(database_url):
            process = await _started(conn, database_url)
            await other.execute(LOCKS[phase].encode())
        await until(lambda: _blocked(conn, by=other))
        process.kill()
        await process.wait()
    await _gone(conn)
    await _seems_untouched(conn)
    rebuilt = await _again(conn, database_url, expected)
    assert rebuilt.resumed
    assert not rebuilt.facts


async def test_what_was_folded_before_it_was_killed_is_not_folded_again(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    expected = await _wrong_rows(conn)
    await _make_gate(conn, GATES["folding"])
    async with _closed(database_url):
        await _kill(conn, await _started(conn, database_url))
    (folded, parts) = await _one(conn, "SELECT sum(facts), count(*) FROM view.rebuild_parts")
    (total,) = await _one(conn, "SELECT count(*) FROM log.stored_events")
    rebuilt = await _again(conn, database_url, expected)
    assert folded > 0
    assert parts > 3
    assert rebuilt.facts == total - folded


async def test_processes_share_the_parts_and_whoever_leads_takes_over_from_the_dead(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    expected = await _wrong_rows(conn)
    await _make_gate(conn, GATES["folding"])
    projection = projection_named(VIEW)
    async with _closed(database_url):
        dead = await _started(conn, database_url)
        helping = asyncio.create_task(join(database_url, projection, facts_at_once=8))
        await until(lambda: _all_but_one_done(conn))
        await _kill(conn, dead)
        assert not helping.done()
    (rebuilt, folded) = await asyncio.gather(
        rebuild(database_url, projection, options=SMALL), helping
    )
    assert folded > 0
    assert rebuilt.resumed
    assert await rows_of(conn, VIEW) == expected


async def test_who_helps_ends_when_nobody_leads_any_more(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _wrong_rows(conn)
    await _make_gate(conn, GATES["folding"])
    async with _closed(database_url):
        dead = await _started(conn, database_url)
        await _kill(conn, dead)
        with pytest.raises(NothingToJoin, match="nobody leads"):
            await join(database_url, projection_named(VIEW), facts_at_once=8, led_seconds=0)


async def test_another_release_begins_afresh(conn: AsyncConnection[Any], database_url: str) -> None:
    expected = await _wrong_rows(conn)
    projection = projection_named(VIEW)
    await rebuild(database_url, projection, options=Options(dry_run=True, facts_at_once=8))
    await conn.execute("UPDATE view.rebuild_runs SET made_by = 'an older release'")
    await conn.execute(f"UPDATE view.{VIEW}_next SET product_id = 'as it was folded then'")
    rebuilt = await _again(conn, database_url, expected)
    assert not rebuilt.resumed


async def test_what_a_dry_run_built_takes_its_place_with_what_came_since(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    log = _orders()
    half = len(log.facts) // 2
    await append(conn, log.facts[:half])
    await follow(conn)
    dry = Options(dry_run=True, facts_at_once=8)
    await rebuild(database_url, projection_named(VIEW), options=dry)
    await append(conn, log.facts[half:])
    await follow(conn)
    expected = await rows_of(conn, VIEW)
    await conn.execute(f"UPDATE view.{VIEW} SET product_id = 'wrong'")
    rebuilt = await _again(conn, database_url, expected)
    assert rebuilt.resumed
    assert rebuilt.facts == len(log.facts) - half


async def test_what_is_thrown_away_leaves_nothing(
    conn: AsyncConnection[Any], database_url: str
) -> None:
    await _wrong_rows(conn)
    dry = Options(dry_run=True, facts_at_once=8)
    await rebuild(database_url, projection_named(VIEW), options=dry)
    await discard(database_url, projection_named(VIEW))
    await _nothing_left(conn)


async def _wrong_rows(conn: AsyncConnection[Any]) -> list[tuple[Any, ...]]:
    """Something wrong in every row; the rows as they were before."""
    await append(conn, _orders().facts)
    await follow(conn)
    rows = await rows_of(conn, VIEW)
    await conn.execute(f"UPDATE view.{VIEW} SET product_id = 'wrong'")
    return rows


def _orders() -> Log:
    log = Log()
    for number in range(20):
        Story(log, name=f"order {number}", users=4).received().created()
    return log


async def _make_gate(conn: AsyncConnection[Any], where: str) -> None:
    await conn.execute(
        "CREATE FUNCTION view.gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN coalesce(NEW, OLD); END $$"
    )
    await conn.execute(f"CREATE TRIGGER gate {where} EXECUTE FUNCTION view.gate()".encode())


@asynccontextmanager
async def _closed(url: str) -> AsyncIterator[None]:
    async with await connect(url, "gate") as holder, holder.transaction():
        await holder.execute("SELECT pg_advisory_xact_lock(%s)", (GATE,))
        yield


async def _started(conn: AsyncConnection[Any], url: str) -> asyncio.subprocess.Process:
    """A process of its own that rebuilds, stopped at the gate."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", REBUILD, url)
    await until(lambda: _blocked(conn))
    return process


async def _blocked(conn: AsyncConnection[Any], by: AsyncConnection[Any] | None = None) -> bool:
    (blocked,) = await _one(
        conn,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'aanspraak rebuild%%' AND wait_event_type = 'Lock'"
        " AND (%s::int IS NULL OR %s = ANY (pg_blocking_pids(pid)))",
        *[by.info.backend_pid if by else None] * 2,
    )
    return bool(blocked)


async def _kill(conn: AsyncConnection[Any], process: asyncio.subprocess.Process) -> None:
    """kill -9; the server's side of it notices when the gate opens."""
    process.kill()
    await process.wait()
    await conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name IN (%s, %s)",
        (f"aanspraak rebuild {VIEW}", f"aanspraak rebuild {VIEW} holding"),
    )
    await _gone(conn)


async def _gone(conn: AsyncConnection[Any]) -> None:
    async def gone() -> bool:
        (there,) = await _one(
            conn,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name IN (%s, %s)",
            f"aanspraak rebuild {VIEW}",
            f"aanspraak rebuild {VIEW} holding",
        )
        return not there

    await until(gone)


async def _all_but_one_done(conn: AsyncConnection[Any]) -> bool:
    (left,) = await _one(conn, "SELECT count(*) FROM view.rebuild_parts WHERE NOT done")
    return bool(left == 1)


async def _seems_untouched(conn: AsyncConnection[Any]) -> None:
    (right,) = await _one(conn, f"SELECT count(*) FROM view.{VIEW} WHERE product_id <> 'wrong'")
    assert not right


async def _again(conn: AsyncConnection[Any], url: str, expected: list[tuple[Any, ...]]) -> Rebuilt:
    await conn.execute("DROP FUNCTION IF EXISTS view.gate CASCADE")
    rebuilt = await rebuild(url, projection_named(VIEW), options=SMALL)
    assert await rows_of(conn, VIEW) == expected
    assert rebuilt.difference.change == len(expected)
    await _nothing_left(conn)
    return rebuilt


async def _nothing_left(conn: AsyncConnection[Any]) -> None:
    assert await _one(
        conn,
        "SELECT (SELECT count(*) FROM view.rebuild_runs), to_regclass(%s)",
        f"view.{VIEW}_next",
    ) == (0, None)


async def _one(conn: AsyncConnection[Any], query: str, *given: object) -> Any:  # noqa: ANN401
    return await (await conn.execute(query.encode(), given)).fetchone()
