"""The pages of incidents: what somebody has to look at, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.errors import DomainError, UnknownIncident
from adapters.console.acting import ReasonMissing, call_of, sign
from adapters.console.listing import after_of
from adapters.console.stands import order_heading
from adapters.console.typed import given, word
from adapters.console.visits import NotThere, Operating, Viewing, Visit
from adapters.http.arrays import part_of
from adapters.http.incident_answers import shown_incident
from adapters.http.ops_incidents import closed, person_of
from adapters.http.trace_exchanges import LONGEST
from adapters.http.trace_incidents import incident_detail
from adapters.http.trace_viewers import moment_of
from adapters.postgres import reads_incidents
from adapters.postgres.reads_incidents import Asked
from adapters.wire.incidents_v1 import IncidentDetail, IncidentTrace
from projections.incident_kinds import KINDS
from projections.visibility import OPERATOR

router = APIRouter(prefix="/incidents")

PAGE: Final = 25
AFFECTED: Final = 50
AROUND: Final = timedelta(minutes=5)
"""So much before it opened, and after it closed, belongs to the exchanges about it."""
STATES: Final = ("open", "closed", "all")
NOTHING: Final[Mapping[str, Any]] = {"reason_missing": False, "refusal": None, "done": False}


@router.get("")
async def incidents(visit: Viewing) -> Response:
    """The newest first; those that are open, unless others are asked for."""
    wanted = given(visit, "state")
    state = wanted if wanted in STATES else "open"
    asked = Asked(
        now=visit.services.now(),
        seconds=visit.services.settings.overdue_seconds,
        party=word(visit, "party"),
        kind=word(visit, "kind"),
        open=None if state == "all" else state == "open",
        after=after_of(visit),
        limit=PAGE + 1,
    )
    async with visit.services.pool.connection() as conn:
        rows = await reads_incidents.incidents(conn, asked)
    shown, last = part_of(rows, PAGE)
    moment = moment_of(visit.services)
    return visit.page(
        "incidents.html",
        rows=[shown_incident(row, moment, visit.language) for row in shown],
        after=last.incident_id if last is not None else None,
        first=asked.after is None,
        state=state,
        states=STATES,
        party=asked.party or "",
        kind=asked.kind or "",
        kinds=sorted(KINDS),
        partners=await visit.services.directory.partners(),
    )


@router.get("/{incident_id}")
async def incident(visit: Viewing, incident_id: UUID) -> Response:
    """One: its causes, what it is about, and its history."""
    after = after_of(visit)
    detail, more = await _detail(visit, incident_id, after)
    return visit.page(
        "incident.html",
        one=detail.incident,
        detail=detail,
        after=more,
        first=after is None,
        **await _about(visit, detail.incident),
    )


@router.get("/{incident_id}/close")
async def about_closing(visit: Operating, incident_id: UUID) -> Response:
    """Ask why nobody has to look any more."""
    detail, _ = await _detail(visit, incident_id)
    return visit.page("incident_close.html", one=detail.incident, **NOTHING)


@router.post("/{incident_id}/close")
async def close(visit: Operating, incident_id: UUID) -> Response:
    """Close it; it opens again when its cause comes back."""
    detail, _ = await _detail(visit, incident_id)
    shown: dict[str, Any] = {"one": detail.incident, **NOTHING}
    try:
        signed = await sign(visit, await person_of(visit.services, incident_id))
        await closed(call_of(visit), signed, incident_id)
    except ReasonMissing:
        return visit.page("incident_close.html", 422, **{**shown, "reason_missing": True})
    except DomainError as refusal:
        return visit.page("incident_close.html", 409, **{**shown, "refusal": refusal})
    return visit.page("incident_close.html", **{**shown, "done": True})


async def _detail(
    visit: Visit, incident_id: UUID, after: UUID | None = None
) -> tuple[IncidentDetail, UUID | None]:
    try:
        return await incident_detail(
            visit.services,
            OPERATOR,
            incident_id,
            language=visit.language,
            limit=AFFECTED,
            after=after,
        )
    except UnknownIncident:
        raise NotThere from None


async def _about(visit: Visit, incident: IncidentTrace) -> dict[str, Any]:
    """What people call what it is about, and when to look at what was exchanged."""
    services = visit.services
    about: dict[str, Any] = {"order": None, "title": "", "school": ""}
    if incident.delivery_order_id is not None:
        order = await services.reads.order(OPERATOR, incident.delivery_order_id)
        about = about if order is None else await order_heading(visit, order)
    last = incident.closed_at or services.now()
    begin = max(incident.opened_at - AROUND, last - LONGEST + AROUND)
    return {
        **about,
        "partner": await services.directory.partner(incident.party),
        "between": tuple(at.isoformat(timespec="seconds") for at in (begin, last + AROUND)),
    }
