"""A worker that is killed in the middle of a part leaves nothing of it; another one goes on."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.entitlement.commands import RecordRequestRejected
from adapters.postgres.connection import connect
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY, SHOP
from tests.adapters.http_stories import ORDERS, eck, order
from tests.adapters.numbers_case import operated
from tests.adapters.sending_case import carry_out
from tests.contracts.job_case import job_row

pytestmark = pytest.mark.anyio

PUPILS = 250
PART = 100
PATIENCE = 60.0
HELD = 20_260_824
"""The lock on which the worker waits within its second part."""
WORKER = """
import asyncio, sys
from datetime import UTC, datetime
from uuid import UUID
from adapters.jobs.carrying import Carrier
from adapters.jobs.sending_again import SendingAgain
from adapters.postgres.send_again import Alone
url, job_id = sys.argv[1:]
sending = SendingAgain(now=lambda: datetime.now(UTC), allowed=Alone(1_000, 3_600))
carrier = Carrier(url=url, kinds={"send-again": sending})
asyncio.run(carrier.carry_out(UUID(job_id)))
"""
STOPS = f"""
CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({HELD}); RETURN NULL; END $$;
CREATE TRIGGER stop AFTER UPDATE ON jobs.work FOR EACH ROW
WHEN (NEW.mark = '{2 * PART}' AND OLD.mark = '{PART}') EXECUTE FUNCTION stop_here();
"""
WAITING = f"""
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted
    AND l.objid = {HELD}
"""


async def test_every_message_goes_once_and_the_count_is_right(hub: Hub) -> None:
    await _rejected(hub)
    body = {"partner": REGISTRY, "perSecond": 10_000}
    answer = (await operated(hub, "POST", "/send-again", body)).json
    assert answer["messages"] == PUPILS
    job_id = UUID(answer["jobId"])
    async with _stopped(hub) as conn:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, hub.url, str(job_id)
        )
        await _until(conn, WAITING, 1)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        assert (await job_row(hub.url, job_id)).done == PART
    await carry_out(hub, str(job_id))
    row = await job_row(hub.url, job_id)
    assert (row.status, row.done, row.succeeded, row.nothing) == ("done", PUPILS, PUPILS, 0)
    assert row.turn == 2
    sent = Counter(fact.stream_id for fact in await hub.facts("RegistryRequested"))
    assert (len(sent), set(sent.values())) == (PUPILS, {2})


async def _rejected(hub: Hub) -> None:
    """An order of which the registry rejected every message at once."""
    message = order(*(eck(number) for number in range(1, PUPILS + 1)))
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    asked = [fact.stream_id for fact in await hub.facts("RegistryRequested")]
    assert len(asked) == PUPILS
    no = RecordRequestRejected(partner=REGISTRY, number=1, http_status=400, status=None)
    await hub.submit(*((one, no) for one in asked))
    await hub.catch_up()


@asynccontextmanager
async def _stopped(hub: Hub) -> AsyncIterator[AsyncConnection[Any]]:
    """Whoever does the second part waits at its very end, until the block is left."""
    async with await connect(hub.url, "test") as conn:
        await conn.execute(STOPS.encode())
        await conn.execute("SELECT pg_advisory_lock(%s)", (HELD,))
        yield conn


async def _until(conn: AsyncConnection[Any], query: str, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await _row(conn, query))[0] != wanted:  # noqa: ASYNC110 - it tells when asked
            await asyncio.sleep(0.05)


async def _row(conn: AsyncConnection[Any], query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await (await conn.execute(query.encode())).fetchone()
    assert row is not None
    return row
