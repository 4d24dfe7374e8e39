"""What needs somebody now: one answer for the API, the command line and the first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.http.list_answers import Page, overdue_trace
from adapters.postgres import reads_attention
from adapters.postgres.flows import FlowRow, read_flows
from adapters.postgres.health import absent, dead_letters, lags
from adapters.postgres.reads_attention import OpenIncidents
from adapters.wire import attention_v1 as wire
from projections.incident_kinds import tell
from projections.kind_of_incident import HIGH, LOW, NORMAL, SEVERITIES
from projections.order_trace import Moment
from projections.visibility import OPERATOR

Connections = AsyncConnectionPool[AsyncConnection[Any]]

BEHIND: Final = timedelta(seconds=60)
"""From which lag on a follower counts as behind."""
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
LINES: Final = 8
"""So many kinds of incidents are named; the others are counted."""


async def attention(
    pool: Connections, moment: Moment, *, over_kafka: bool, language: str
) -> wire.Attention:
    """What needs somebody now; each part of it is read from what is open alone."""
    now = moment.now
    late = await overdue_trace(pool, OPERATOR, moment, Page(1))
    async with pool.connection() as conn:
        incidents = _worst_first(await reads_attention.open_incidents(conn), language)
        counts = _by_severity(incidents)
        jobs = await reads_attention.jobs_in_the_way(conn, now - DAY)
        return wire.Attention(
            high=counts[HIGH],
            normal=counts[NORMAL],
            low=counts[LOW],
            incidents=tuple(incidents[:LINES]),
            partners=await _away(conn, now),
            overdue=late.total,
            overdue_since=late.orders[0].since if late.orders else None,
            held=await reads_attention.held(conn),
            dead_letters=sum((await dead_letters(conn)).values()),
            waiting_jobs=jobs.waiting,
            failed_jobs=jobs.failed,
            behind=await _behind(conn, now),
            absent=tuple(await absent(conn, ["stream"] if over_kafka else [])),
            unheard=await reads_attention.unheard(conn, now - WEEK),
        )


def _worst_first(found: Iterable[OpenIncidents], language: str) -> list[wire.OpenIncidents]:
    """The worst first, of those the most, of those the oldest."""
    shown = [_shown(each, language) for each in found]
    rank = {severity: nth for nth, severity in enumerate(SEVERITIES)}
    return sorted(shown, key=lambda one: (rank[one.severity], -one.open, one.since, one.party))


def _shown(found: OpenIncidents, language: str) -> wire.OpenIncidents:
    told = tell(found.kind, found.party, language)
    return wire.OpenIncidents(
        severity=cast("Any", told.severity),
        party=found.party,
        kind=found.kind,
        explanation=told.explanation,
        open=found.open,
        since=found.since.astimezone(UTC),
        incident_id=found.incident_id,
    )


def _by_severity(incidents: Sequence[wire.OpenIncidents]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for each in incidents:
        counts[each.severity] += each.open
    return counts


async def _away(conn: AsyncConnection[Any], now: datetime) -> tuple[wire.AwayPartner, ...]:
    """Those that get nothing, the longest first."""
    flows = [flow for flow in await read_flows(conn) if _since(flow, now) is not None]
    titles = await reads_attention.titles(conn, [flow.partner for flow in flows])
    away = [
        wire.AwayPartner(
            partner=flow.partner,
            title=titles.get(flow.partner, flow.partner),
            state="paused" if flow.is_paused(now) else "unreachable",
            since=since.astimezone(UTC),
            until=flow.paused_until if flow.is_paused(now) else None,
        )
        for flow in flows
        if (since := _since(flow, now)) is not None
    ]
    return tuple(sorted(away, key=lambda one: (one.since, one.partner)))


def _since(flow: FlowRow, now: datetime) -> datetime | None:
    return flow.paused_at if flow.is_paused(now) else flow.unreachable_since


async def _behind(conn: AsyncConnection[Any], now: datetime) -> tuple[wire.BehindFollower, ...]:
    return tuple(
        wire.BehindFollower(follower=lag.follower, facts=lag.facts, seconds=round(lag.seconds))
        for lag in await lags(conn, now)
        if lag.seconds > BEHIND.total_seconds()
    )
