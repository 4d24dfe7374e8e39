"""The pages of partners: how each stands, what it did, and holding its flow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Response

from aanspraak.domain import ids
from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.facts import facts_of
from adapters.console.overview import lanes_of
from adapters.console.plots import plotted
from adapters.console.typed import NotUnderstood, moment
from adapters.console.visits import NotThere, Operating, Viewing, Visit
from adapters.http.partner_answers import partner_detail, partners_shown
from adapters.http.trace_viewers import moment_of
from adapters.postgres import pauses
from adapters.postgres.reads_attention import open_at
from adapters.postgres.reads_pace import pace_between
from adapters.wire.trace_v1 import PartnerTrace

router = APIRouter(prefix="/partners")

HOUR: Final = timedelta(minutes=60)
TYPED: Final = "%Y-%m-%dT%H:%M"
NOTHING: Final[Mapping[str, Any]] = {"reason_missing": False, "until_wrong": False, "done": False}


@router.get("")
async def partners(visit: Viewing) -> Response:
    """All of them, as lanes of the last hour."""
    services = visit.services
    now = services.now()
    async with services.pool.connection() as conn:
        pace = await pace_between(conn, now - HOUR, now)
    rows = await partners_shown(services.pool, services.vault, moment_of(services))
    return visit.page("partners.html", lanes=lanes_of(pace, rows))


@router.get("/{partner}")
async def partner(visit: Viewing, partner: str) -> Response:
    """One: its flow, what failed and is open, its last hour, and what happened to it."""
    services = visit.services
    now, ladder = services.now(), services.settings.retry_ladder_seconds
    detail = await partner_detail(
        services.pool, services.vault, moment_of(services), partner, ladder
    )
    if detail is None:
        raise NotThere
    async with services.pool.connection() as conn:
        pace = await pace_between(conn, now - HOUR, now, partner)
        incidents = await open_at(conn, partner)
    return visit.page(
        "partner.html",
        one=detail.partner,
        detail=detail,
        incidents=incidents,
        stretches=stretches(now),
        pace=pace,
        taken=plotted([(each.at, each.taken) for each in pace.minutes]),
        failed=plotted([(each.at, each.failed) for each in pace.minutes]),
        facts=await facts_of(visit, ids.partner_stream(partner)),
    )


@router.get("/{partner}/pause")
async def about_pause(visit: Operating, partner: str) -> Response:
    """Ask why, and until when."""
    return visit.page("partner_hold.html", act="pause", one=await _found(visit, partner), **NOTHING)


@router.post("/{partner}/pause")
async def pause(visit: Operating, partner: str) -> Response:
    """Send nothing to it; its messages wait."""
    found = await _found(visit, partner)
    now = visit.services.now()
    try:
        until = _until(visit, now)
        by = call_of(visit).operator(await sign(visit))
    except NotUnderstood:
        return _again(visit, "pause", found, until_wrong=True)
    except ReasonMissing:
        return _again(visit, "pause", found, reason_missing=True)
    async with visit.services.pool.connection() as conn:
        await pauses.pause(conn, by, partner, now, until)
    return visit.page("partner_hold.html", act="pause", one=found, **{**NOTHING, "done": True})


@router.get("/{partner}/resume")
async def about_resume(visit: Operating, partner: str) -> Response:
    """Ask why."""
    found = await _found(visit, partner)
    return visit.page("partner_hold.html", act="resume", one=found, **NOTHING)


@router.post("/{partner}/resume")
async def resume(visit: Operating, partner: str) -> Response:
    """Send to it again now."""
    found = await _found(visit, partner)
    try:
        by = call_of(visit).operator(await sign(visit))
    except ReasonMissing:
        return _again(visit, "resume", found, reason_missing=True)
    async with visit.services.pool.connection() as conn:
        await pauses.resume(conn, by, partner)
    return visit.page("partner_hold.html", act="resume", one=found, **{**NOTHING, "done": True})


def stretches(now: datetime) -> dict[str, tuple[str, str]]:
    """Stretches of time that people ask for, as fields of a form have them: of Amsterdam."""
    local = now.astimezone(AMSTERDAM).replace(second=0, microsecond=0)
    today = local.replace(hour=0, minute=0)
    yesterday = (today - timedelta(days=1)).replace(hour=9)
    found = {
        "hour": (local - HOUR, local + timedelta(minutes=1)),
        "today": (today, local + timedelta(minutes=1)),
        "yesterday": (yesterday, yesterday.replace(hour=10)),
    }
    return {
        name: (first.strftime(TYPED), last.strftime(TYPED)) for name, (first, last) in found.items()
    }


async def _found(visit: Visit, partner: str) -> PartnerTrace:
    services = visit.services
    rows = await partners_shown(services.pool, services.vault, moment_of(services))
    for row in rows:
        if row.partner == partner:
            return row
    raise NotThere


def _again(visit: Visit, act: str, found: PartnerTrace, **wrong: bool) -> Response:
    return visit.page("partner_hold.html", 422, act=act, one=found, **{**NOTHING, **wrong})


def _until(visit: Visit, now: datetime) -> datetime | None:
    """The planned end; raises NotUnderstood, also for one that is over."""
    until = moment(visit, "until")
    if until is not None and until <= now:
        raise NotUnderstood("until")
    return until
