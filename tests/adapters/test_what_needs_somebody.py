"""What needs somebody now: one answer over the API, at the terminal and on the first page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.adapters.http_partners import PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, ordered
from tests.adapters.numbers_case import operated
from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio

ATTENTION = "/attention"


async def test_where_all_is_well_nothing_is_counted(hub: Hub) -> None:
    found = (await operated(hub, "GET", ATTENTION)).json
    assert {name for name, number in found.items() if number} <= {"absent"}
    assert (await operated(hub, "GET", ATTENTION, None, "aanspraak.trace")).status == 403


async def test_what_is_open_waits_or_lies_aside_is_counted(hub: Hub, tmp_path: Path) -> None:
    await _incident(hub)
    await ordered(hub, eck(2))
    hub.clock.at = datetime.now(UTC) + timedelta(hours=12)
    _trouble(hub)
    found = (await operated(hub, "GET", f"{ATTENTION}?language=nl")).json
    (incident,) = found["incidents"]
    assert (incident["party"], incident["open"], found["high"]) == (REGISTRY, 1, 1)
    assert "weigerde" in incident["explanation"]
    assert incident["incidentId"]
    (away,) = found["partners"]
    assert (away["partner"], away["state"]) == (PORTAL, "unreachable")
    assert (found["overdue"], found["deadLetters"], found["unheard"]) == (1, 1, 1)
    assert (found["waitingJobs"], found["failedJobs"]) == (1, 0)
    said = await asyncio.to_thread(typed, hub.url, tmp_path, "attention")
    assert said.exit_code == 0, said.output
    for line in ("1 high, 0 normal", f"{PORTAL} is unreachable", "1 facts lie aside"):
        assert line in said.output


async def _incident(hub: Hub) -> None:
    """The registry refuses."""
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await hub.catch_up()


def _trouble(hub: Hub) -> None:
    """A partner away, a fact aside, a notice that nobody got, and a job for a second operator."""
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since) VALUES (%s, %s)",
            (PORTAL, hub.clock.at),
        )
        conn.execute(
            "INSERT INTO channel.dead_letter (follower, position, stream_id, topic, reason)"
            " VALUES ('publisher', 4, gen_random_uuid(), 'x', 'KeyError')"
        )
        conn.execute(
            "INSERT INTO channel.notice_deliveries (message_id, target, kind, made_at, attempts)"
            " VALUES (gen_random_uuid(), 'webhook', 'incident', %s, 5)",
            (hub.clock.at,),
        )
        conn.execute(
            "INSERT INTO jobs.work (job_id, kind, about, status, actor, asked_at, changed_at)"
            " VALUES (gen_random_uuid(), 'send-again', '{}', 'waiting', 'x', now(), now())"
        )
