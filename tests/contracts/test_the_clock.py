"""The clock opens what nobody's message tells of, and closes it when it is no longer so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.partner.commands import RegisterPartner
from aanspraak.domain.partner.events import PartnerResumed
from adapters.postgres import pauses, views
from adapters.postgres.clock import Clock
from adapters.postgres.connection import connect
from adapters.postgres.event_log import read_after, read_many
from adapters.postgres.flows import read_flows
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.group_commit import commit_group
from tests.contracts.asking import submission
from tests.contracts.job_case import ONE

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 8, 24, 10, tzinfo=UTC)
DUE = (
    "INSERT INTO view.due (at, stream_id, what, partner, number, order_id)"
    " VALUES (%s, %s, 'link', %s, 1, %s)"
)
ITEM = (
    "INSERT INTO policy.incident_items"
    " (incident_id, stream_id, kind, party, first_position, first_at)"
    " VALUES (%s, %s, 'link-refused', 'quick', 1, now())"
)


class Times:
    """A clock with its time, and the database it looks at."""

    def __init__(self, url: str, conn: AsyncConnection[Any]) -> None:
        self.now = NOON
        self.conn = conn
        self.clock = Clock(url=url, overdue_seconds=900, now=lambda: self.now)
        self._books = Bookkeeper(
            name=views.NAME,
            schema=views.SCHEMA,
            handle=views.follower(url).handle,
            dead_letters=None,
        )

    async def at(self, seconds: float) -> list[tuple[str, str]]:
        """Tick at so many seconds after noon; kind and party of what is open then."""
        self.now = NOON + timedelta(seconds=seconds)
        await self.clock.tick(self.conn)
        await self.follow()
        rows = await self.conn.execute(
            "SELECT kind, party FROM view.incidents WHERE closed_at IS NULL ORDER BY party, kind"
        )
        return await rows.fetchall()

    async def follow(self) -> None:
        """Let the views follow."""
        position = await self._books.read_bookmark(self.conn)
        while facts := await read_after(self.conn, position):
            position = await self._books.advance(self.conn, position, facts)

    async def topics(self) -> list[str]:
        """What happened, in order."""
        rows = await self.conn.execute(
            "SELECT topic FROM log.readable_events WHERE topic LIKE 'incident.%' ORDER BY position"
        )
        return [topic for (topic,) in await rows.fetchall()]


async def test_a_confirmation_is_overdue_by_the_time_its_partner_has(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        times = Times(database_url, conn)
        await _partners(times, quick=None, slow=3600)
        for partner in ("quick", "slow"):
            await conn.execute(DUE, (NOON, uuid4(), partner, uuid4()))
        assert await times.at(899) == []
        assert await times.at(901) == [("confirmation-overdue", "quick")]
        assert await times.at(3601) == [
            ("confirmation-overdue", "quick"),
            ("confirmation-overdue", "slow"),
        ]


async def test_it_closes_when_nothing_of_the_partner_is_overdue_and_opens_again(
    database_url: str,
) -> None:
    async with await connect(database_url, "test") as conn:
        times = Times(database_url, conn)
        await _partners(times, quick=None)
        await conn.execute(DUE, (NOON, uuid4(), "quick", uuid4()))
        assert await times.at(1000) == await times.at(2000) == [("confirmation-overdue", "quick")]
        await conn.execute("DELETE FROM view.due")
        assert await times.at(2001) == await times.at(2002) == []
        await conn.execute(DUE, (NOON, uuid4(), "quick", uuid4()))
        assert await times.at(3000) == [("confirmation-overdue", "quick")]
        assert await times.topics() == ["incident.opened", "incident.closed", "incident.reopened"]


async def test_a_partner_that_does_not_answer_is_one_until_it_does(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        times = Times(database_url, conn)
        await conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since) VALUES ('quick', now())"
        )
        assert await times.at(0) == await times.at(10) == [("partner-unreachable", "quick")]
        await conn.execute("UPDATE channel.flows SET unreachable_since = NULL")
        assert await times.at(20) == []


@pytest.mark.parametrize(
    ("status", "until", "expires", "over"),
    [
        ("entitled", "2026-08-23", None, True),
        ("entitled", "2026-08-24", None, False),
        ("licensed", "2026-01-01", "2026-08-23", True),
        ("licensed", "2026-01-01", "2026-08-24", False),
        ("licensed", "2026-01-01", None, False),
        ("blocked", "2026-01-01", "2026-08-23", True),
        ("blocked", "2026-01-01", "2026-08-24", False),
    ],
)
async def test_an_incident_closes_when_all_it_is_about_is_over(
    database_url: str, status: str, until: str, expires: str | None, *, over: bool
) -> None:
    async with await connect(database_url, "test") as conn:
        times = Times(database_url, conn)
        incident = await _open(conn)
        await _entitlement(conn, incident, "entitled", "2020-01-01", None)
        await _entitlement(conn, incident, status, until, expires)
        await times.follow()
        still_open = await times.at(0)
    assert still_open == ([] if over else [("link-refused", "quick")])


async def test_what_is_about_nothing_we_know_stays_open(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        times = Times(database_url, conn)
        incident = await _open(conn)
        await conn.execute(ITEM, (incident, uuid4()))
        await times.follow()
        assert await times.at(0) == [("link-refused", "quick")]


async def test_a_pause_ends_when_it_was_planned_to(
    database_url: str, conn: AsyncConnection[Any]
) -> None:
    times = Times(database_url, conn)
    await _partners(times, quick=None, slow=None)
    by = replace(ONE, reason_id=uuid4())
    await pauses.pause(conn, by, "quick", NOON, NOON + timedelta(seconds=60))
    await pauses.pause(conn, by, "slow", NOON)
    for seconds, paused in ((59, ["quick", "slow"]), (60, ["slow"]), (61, ["slow"])):
        await times.at(seconds)
        flows = [one.partner for one in await read_flows(conn) if one.paused_at]
        assert flows == paused, seconds
    facts = (await read_many(conn, [ids.partner_stream("quick")]))[ids.partner_stream("quick")]
    ended = [one for one in facts if isinstance(one.event, PartnerResumed)]
    assert [(one.actor, one.event.cause) for one in ended] == [("clock", "planned-end")]  # type: ignore[attr-defined]


async def _partners(times: Times, **seconds: int | None) -> None:
    asks = [(ids.partner_stream(name), _register(name, own)) for name, own in seconds.items()]
    await commit_group(times.conn, [submission(*ask) for ask in asks])
    await times.follow()


def _register(partner: str, seconds: int | None) -> RegisterPartner:
    return RegisterPartner(
        partner=partner,
        role="portal",
        title="",
        client_id=partner,
        url="https://portal.example",
        token_url="",
        scope="",
        overdue_seconds=seconds,
    )


async def _open(conn: AsyncConnection[Any]) -> UUID:
    stream = ids.incident_stream("quick", 4099, "test")
    command = OpenIncident(party="quick", code=4099, kind="link-refused", concerning="test")
    await commit_group(conn, [submission(stream, command)])
    return stream


async def _entitlement(
    conn: AsyncConnection[Any], incident: UUID, status: str, until: str, expires: str | None
) -> None:
    """A row with these dates, whatever else a row has; what is not entitled only was used."""
    columns = await conn.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE is_nullable = 'NO'"
        " AND table_schema = 'view' AND table_name = 'entitlement_details'"
    )
    filler = {
        "uuid": uuid4(),
        "text": "x",
        "date": NOON.date(),
        "timestamp with time zone": NOON,
        "jsonb": "{}",
        "ARRAY": [],
        "boolean": False,
    }
    row: dict[str, object] = {name: filler.get(kind, 1) for name, kind in await columns.fetchall()}
    entitlement = uuid4()
    row |= {"entitlement_id": entitlement, "status": status, "expiration_date": expires}
    row["activation_until_date"] = until
    row["first_usage_date"] = None if status == "entitled" else "2026-01-01"
    names = ", ".join(row)
    places = ", ".join(f"%({name})s" for name in row)
    insert = f"INSERT INTO view.entitlement_details ({names}) VALUES ({places})"
    await conn.execute(insert.encode(), row)
    await conn.execute(ITEM, (incident, entitlement))
