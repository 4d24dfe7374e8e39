"""The overview of a school morning: how fast it goes, and every partner as a lane, live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Response
from sse_starlette import EventSourceResponse

from adapters.console.live import following
from adapters.console.plots import Plot, plotted, sparkline
from adapters.console.visits import Viewing, Visit
from adapters.http.partner_answers import partners_shown
from adapters.http.trace_viewers import moment_of
from adapters.postgres.reads_pace import pace_between
from adapters.wire.pace_v1 import Pace, PaceMinute, PacePartner
from adapters.wire.trace_v1 import PartnerTrace

router = APIRouter(prefix="/overview")

USUAL: Final = 60
STRETCHES: Final = (15, USUAL, 240)
"""Of how many minutes somebody may look at."""


class Lane(NamedTuple):
    """A partner: how it stands, and what it did in these minutes, if anything."""

    stands: PartnerTrace
    pace: PacePartner | None
    spark: Plot


@router.get("")
async def overview(visit: Viewing) -> Response:
    """As it is now."""
    return visit.page("overview.html", stretches=STRETCHES, **await _now(visit))


@router.get("/live")
async def live(visit: Viewing) -> EventSourceResponse:
    """The same again whenever it changed."""

    async def now() -> str:
        return visit.render("overview_now.html", **await _now(visit))

    return following(visit, now)


def lanes_of(pace: Pace, partners: Sequence[PartnerTrace]) -> list[Lane]:
    """Every partner, those where something happened with it."""
    busy = {each.partner: each for each in pace.partners}
    found = [(each, busy.get(each.partner)) for each in partners]
    return [Lane(each, did, _spark(pace, did)) for each, did in found]


def minutes_asked(visit: Visit) -> int:
    """How many minutes are looked at; what is none of the choices is the usual."""
    given = visit.request.query_params.get("minutes", "")
    return int(given) if given in map(str, STRETCHES) else USUAL


async def _now(visit: Visit) -> Mapping[str, Any]:
    services, minutes = visit.services, minutes_asked(visit)
    now = services.now()
    async with services.pool.connection() as conn:
        pace = await pace_between(conn, now - timedelta(minutes=minutes - 1), now)
    partners = await partners_shown(services.pool, services.vault, moment_of(services))
    lanes = lanes_of(pace, partners)
    return {
        "minutes": minutes,
        "pace": pace,
        "busiest": [each for each in pace.minutes if _is_busy(each)],
        "plots": {
            "orders": plotted([(each.at, each.orders) for each in pace.minutes]),
            "links": plotted([(each.at, each.placed) for each in pace.minutes]),
            "activations": plotted([(each.at, each.activated) for each in pace.minutes]),
            "p99": plotted([(each.at, each.p99_seconds) for each in pace.minutes]),
        },
        "lanes": lanes,
        "away": [lane for lane in lanes if _gets_nothing(lane.stands, now)],
    }


def _gets_nothing(stands: PartnerTrace, now: datetime) -> bool:
    paused = stands.paused_at and (stands.paused_until is None or now < stands.paused_until)
    return bool(paused or stands.unreachable_since)


def _is_busy(minute: PaceMinute) -> bool:
    return any((minute.orders, minute.created, minute.ready, minute.placed, minute.activated))


def _spark(pace: Pace, partner: PacePartner | None) -> Plot:
    taken = {each.at: each.taken for each in partner.minutes} if partner else {}
    return sparkline([(each.at, taken.get(each.at)) for each in pace.minutes])
