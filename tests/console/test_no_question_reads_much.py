"""However much there is: a page or a verb reads what it is about, by an index, and little else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from bench.asked import Question, ask_page, ask_verb
from bench.million import Known, Size, fill
from bench.telephone import questions
from tests.adapters.http_case import Hub
from tests.adapters.vault_case import key_settings
from tests.adapters.verb_case import environment
from tests.console.console_case import Browser, running_console

pytestmark = pytest.mark.anyio

MODEST = Size(facts=30_000, schools=30, pupils=80, titles=300, orders=(4,))
LARGE = 500
"""A table with more rows than this is large."""
PART = 10
"""Of a large table less than one row in so many is read for an answer; of a million, far less."""
SURELY_LARGE = {
    "log.stored_events",
    "view.entitlement_details",
    "view.delivery_order_status",
    "view.entitlements_by_school",
    "policy.entitlements",
    "channel.attempts_default",
}
# Even a table that fits on a few pages is then read whole only where no index would do.
NEVER_WHOLE = SQL("ALTER DATABASE {} SET enable_seqscan = off")
READ = """
SELECT t.relid::regclass::text, t.n_live_tup,
       t.seq_tup_read
           + greatest(coalesce(t.idx_tup_fetch, 0), coalesce(sum(i.idx_tup_read), 0))::bigint
FROM pg_stat_user_tables t LEFT JOIN pg_stat_user_indexes i USING (relid)
WHERE t.n_live_tup > %s
GROUP BY t.relid, t.n_live_tup, t.seq_tup_read, t.idx_tup_fetch
"""
OTHERS = """
SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


Read = dict[str, tuple[int, int]]


class Full(NamedTuple):
    """A hub that much happened in, somebody signed in there, and what verbs are told of it."""

    hub: Hub
    browser: Browser
    known: Known
    told: dict[str, str]
    watching: psycopg.Connection[Any]

    def read(self) -> Read:
        """How many rows each large table has, and how many of them were read so far."""
        rows = self.watching.execute(READ, (LARGE,)).fetchall()
        return {table: (number, read) for table, number, read in rows}

    def others(self) -> set[int]:
        """Who else is connected to the database."""
        row = self.watching.execute(OTHERS).fetchone()
        return set(row[0] or ()) if row else set()


@pytest.fixture(scope="module")
async def full(
    databases: Callable[[], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Full]:
    folder: Path = tmp_path_factory.mktemp("full")
    told = key_settings()
    with databases() as url, psycopg.connect(url, autocommit=True) as watching:
        known = await asyncio.to_thread(fill, url, MODEST)
        watching.execute(NEVER_WHOLE.format(Identifier(watching.info.dbname)))
        async with running_console(url, folder) as hub:
            hub.clock.at = datetime.now(UTC)
            browser = Browser(hub)
            await browser.sign_in("operator")
            yield Full(hub, browser, known, environment(url, folder, **told), watching)


async def test_no_page_reads_much(full: Full) -> None:
    assert full.read().keys() >= SURELY_LARGE
    for question in _by_index(full):
        before = await _read(full)
        await ask_page(full.browser, question)
        assert (question.asked, _much(before, await _read(full))) == (question.asked, {})


async def test_no_verb_reads_much(full: Full) -> None:
    assert full.read().keys() >= SURELY_LARGE
    for question in _by_index(full):
        before, others = await _read(full), full.others()
        await asyncio.to_thread(ask_verb, full.told, question)
        # What a connection read is told when it ends, before it is gone.
        while full.others() - others:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        assert (question.asked, _much(before, await _read(full))) == (question.asked, {})


def _by_index(full: Full) -> Iterator[Question]:
    """All that do not look through a part of the log; that is bounded, and tested elsewhere."""
    return (each for each in questions(full.known) if not each.looks_through)


async def _read(full: Full) -> Read:
    """What was read so far, once every connection of the hub has told what it read."""
    async with AsyncExitStack() as stack:
        for _ in range(full.hub.services.pool.get_stats()["pool_size"]):
            conn = await stack.enter_async_context(full.hub.services.pool.connection())
            await conn.execute("SELECT pg_stat_force_next_flush()")
    return full.read()


def _much(before: Read, after: Read) -> dict[str, int]:
    """Of which large tables more than a little was read, and how much."""
    read = {table: after[table][1] - so_far for table, (_, so_far) in before.items()}
    return {table: rows for table, rows in read.items() if rows * PART > before[table][0]}
