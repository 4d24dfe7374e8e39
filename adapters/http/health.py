"""Is this process alive, can it take a request, and how is the hub doing?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from psycopg import AsyncConnection

from adapters.http.services import Services
from adapters.postgres.flows import FlowRow, read_flows
from adapters.postgres.gaps import open_gaps
from adapters.postgres.health import absent, code_stock, dead_letters, lags, oldest_open_exchanges
from adapters.postgres.migrate import SchemaMismatch, check_schema
from adapters.telemetry import (
    CODE_STOCK_CODES,
    FOLLOWER_LAG_EVENTS,
    FOLLOWER_LAG_SECONDS,
    METRICS_CONTENT_TYPE,
    MISSING_MESSAGES,
    OLDEST_OPEN_EXCHANGE_SECONDS,
    OLDEST_WAITING_SECONDS,
    PARTNER_PAUSED,
    metrics,
)

SECONDS: Final = 3
"""How long the database may take to answer here."""
LAG_SECONDS: Final = 60
"""From which lag on a follower counts as behind."""

router = APIRouter(tags=["operations"])


@router.head("/livez", include_in_schema=False)
@router.get("/livez", summary="This process runs")
async def livez() -> Response:
    """Say so; nothing else is asked."""
    return JSONResponse({"status": "alive"})


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="This process can take a request", responses={503: {}})
async def readyz(request: Request) -> Response:
    """503 only when it cannot; what else is wrong stands in the body as `degraded`, with 200."""
    services: Services = request.app.state.services
    if services.draining.is_set() or not services.committer.takes_commands:
        return _not_ready("stopping, or its queue is full")
    try:
        async with asyncio.timeout(SECONDS), services.pool.connection(SECONDS) as conn:
            await check_schema(conn)
            degraded = await _degraded(conn, services)
    except SchemaMismatch as mismatch:
        return _not_ready(str(mismatch))
    except (TimeoutError, psycopg.Error):
        return _not_ready("the database does not answer")
    return JSONResponse({"status": "ready", "degraded": degraded})


@router.head("/metrics", include_in_schema=False)
@router.get("/metrics", summary="Figures in the text format of Prometheus")
async def read_metrics(request: Request) -> Response:
    """Measure what the whole hub shares, and give all figures; without a database, its own."""
    services: Services = request.app.state.services
    try:
        async with asyncio.timeout(SECONDS), services.pool.connection(SECONDS) as conn:
            await _measure(conn, services.now())
    except (TimeoutError, psycopg.Error):
        CODE_STOCK_CODES.clear()
        FOLLOWER_LAG_EVENTS.clear()
        FOLLOWER_LAG_SECONDS.clear()
        MISSING_MESSAGES.clear()
        OLDEST_OPEN_EXCHANGE_SECONDS.clear()
        OLDEST_WAITING_SECONDS.clear()
    return Response(metrics(), media_type=METRICS_CONTENT_TYPE)


async def _degraded(conn: AsyncConnection[Any], services: Services) -> dict[str, Any]:
    """What an operator wants to know, and no reason to send requests elsewhere."""
    now = services.now()
    behind = {
        lag.follower: {"facts": lag.facts, "seconds": round(lag.seconds, 1)}
        for lag in await lags(conn, now)
        if lag.seconds > LAG_SECONDS
    }
    rows = await read_flows(conn)
    flows = {flow.partner: _in_the_way(flow, now) for flow in rows}
    over_kafka = services.settings.channel == "kafka"
    found = {
        "followers": behind,
        "absent": await absent(conn, _also_expected(services)),
        "partners": {partner: way for partner, way in flows.items() if way},
        "expiring": _expiring(rows, now, services.settings.kafka_keep_days) if over_kafka else {},
        "missing": {
            gap.partner: {"since": _said(gap.since), "messages": gap.most}
            for gap in await open_gaps(conn)
        },
        "dead_letters": await dead_letters(conn),
        "token_keys": "unusable" if services.tokens.keys_unusable else None,
    }
    return {what: which for what, which in found.items() if which}


def _also_expected(services: Services) -> list[str]:
    """The processes that only a hub with Kafka has, as far as this process was told of it."""
    settings = services.settings
    consumed = ["consume"] if settings.kafka_partners else []
    return [*consumed, "stream"] if settings.channel == "kafka" else consumed


def _in_the_way(flow: FlowRow, now: datetime) -> str | None:
    if flow.is_paused(now):
        return f"paused until {_said(flow.paused_until)}" if flow.paused_until else "paused"
    return "unreachable" if flow.unreachable_since else None


def _expiring(flows: Sequence[FlowRow], now: datetime, keep_days: int) -> dict[str, Any]:
    """What waits for half as long as Kafka keeps it: since when, and until when it is kept."""
    kept = timedelta(days=keep_days)
    waiting = {one.partner: one.waiting_since for one in flows if one.waiting_since is not None}
    return {
        partner: {"since": _said(since), "until": _said(since + kept)}
        for partner, since in waiting.items()
        if now - since > kept / 2
    }


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


async def _measure(conn: AsyncConnection[Any], now: datetime) -> None:
    for lag in await lags(conn, now):
        FOLLOWER_LAG_EVENTS.labels(lag.follower).set(lag.facts)
        FOLLOWER_LAG_SECONDS.labels(lag.follower).set(lag.seconds)
    _measure_waiting(await read_flows(conn), now)
    MISSING_MESSAGES.clear()
    for gap in await open_gaps(conn):
        MISSING_MESSAGES.labels(gap.partner).set(gap.most)
    CODE_STOCK_CODES.clear()
    for product_id, unused in (await code_stock(conn)).items():
        CODE_STOCK_CODES.labels(product_id).set(unused)
    for partner, seconds in (await oldest_open_exchanges(conn, now)).items():
        OLDEST_OPEN_EXCHANGE_SECONDS.labels(partner).set(seconds)


def _measure_waiting(flows: Sequence[FlowRow], now: datetime) -> None:
    OLDEST_WAITING_SECONDS.clear()
    PARTNER_PAUSED.clear()
    for flow in flows:
        PARTNER_PAUSED.labels(flow.partner).set(flow.is_paused(now))
        waits = (now - flow.waiting_since).total_seconds() if flow.waiting_since else 0.0
        OLDEST_WAITING_SECONDS.labels(flow.partner).set(max(0.0, waits))


def _not_ready(reason: str) -> Response:
    return JSONResponse({"status": "not ready", "reason": reason}, 503)
