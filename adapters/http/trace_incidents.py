"""GET /trace/v1/incidents: what has to be looked at, whose it is, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg import AsyncConnection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from aanspraak.domain import ids
from aanspraak.domain.errors import UnknownIncident
from adapters.http.arrays import JSON, in_one, next_part, part_of
from adapters.http.incident_answers import (
    shown_affected,
    shown_causes,
    shown_history,
    shown_incident,
)
from adapters.http.openapi import many, one, problems
from adapters.http.parameters import LARGEST_PART, Id, Plain, id_of
from adapters.http.services import Services
from adapters.http.trace_viewers import OPENED, Admitted, Parts, moment_of, own
from adapters.postgres import reads_incidents
from adapters.postgres.reads_incidents import Asked
from adapters.wire import incidents_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.outgoing import encode
from projections.visibility import Viewer

USUAL_PART: Final = 200

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])


class IncidentFilter(BaseModel):
    """Which incidents, and which part of them."""

    model_config = ConfigDict(frozen=True)

    state: Literal["open", "closed"] | None = Field(None, description="Open or closed; both.")
    party: Plain | None = Field(None, description="The partner; a partner sees its own.")
    kind: Plain | None = Field(None, description="With something of this kind on its list.")
    delivery_order_id: UUID | None = Field(None, alias="deliveryOrderId")
    since: AwareDatetime | None = Field(None, description="Opened then or later.")
    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    after: UUID | None = Field(None, description="Older than this one; see the header Link.")
    language: Literal["en", "nl"] = Field("en", description="The language of the texts.")

    def asked(self, viewer: Viewer, services: Services) -> Asked:
        """One more than wanted, which tells whether there is more."""
        order = self.delivery_order_id
        return Asked(
            now=services.now(),
            seconds=services.settings.overdue_seconds,
            party=own(viewer) or self.party,
            kind=self.kind,
            order_id=ids.order_stream(order) if order else None,
            open=None if self.state is None else self.state == "open",
            since=self.since,
            after=self.after,
            limit=self.limit + 1,
        )


class AffectedPart(BaseModel):
    """Which part of what an incident is about."""

    model_config = ConfigDict(frozen=True)

    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many affected.")
    after: UUID | None = Field(None, description="What comes after this id; see the header Link.")
    language: Literal["en", "nl"] = Field("en", description="The language of the texts.")


Filter = Annotated[IncidentFilter, Query()]


@router.get(
    "/incidents",
    operation_id="trace-incidents",
    summary="What has to be looked at?",
    responses={200: many(wire.IncidentTrace), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def trace_incidents(
    request: Request,
    viewer: Admitted,
    services: Parts,
    wanted: Filter,
) -> Response:
    """Incidents, the newest first; a partner sees those about itself."""
    if wanted.party and own(viewer) not in {None, wanted.party}:
        return in_one([])
    async with services.pool.connection() as conn:
        rows = await reads_incidents.incidents(conn, wanted.asked(viewer, services))
    shown, last = part_of(rows, wanted.limit)
    moment = moment_of(services)
    answer = in_one([shown_incident(row, moment, wanted.language) for row in shown])
    if last is not None:
        answer.headers["Link"] = next_part(request, last.incident_id)
    return answer


@router.get(
    "/incidents/{id}",  # noqa: FAST003 - the alias of Id
    operation_id="trace-incident",
    summary="What is it about, and what happened to it?",
    responses={200: one(wire.IncidentDetail), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_incident(
    request: Request,
    viewer: Admitted,
    services: Parts,
    given: Id,
    part: Annotated[AffectedPart, Query()],
) -> Response:
    """An incident, its causes and history, and what it is about, in parts."""
    detail, after = await incident_detail(
        services,
        viewer,
        id_of(given),
        language=part.language,
        limit=part.limit,
        after=part.after,
    )
    answer = Response(encode(detail), media_type=JSON)
    if after is not None:
        answer.headers["Link"] = next_part(request, after)
    return answer


async def incident_detail(
    services: Services,
    viewer: Viewer,
    incident_id: UUID,
    *,
    language: str,
    limit: int,
    after: UUID | None,
) -> tuple[wire.IncidentDetail, UUID | None]:
    """An incident in full, and the last of what it is about if there is more of that.

    Raises UnknownIncident.
    """
    asked = _one_of(services, viewer, incident_id)
    async with services.pool.connection() as conn:
        row = await _incident(conn, asked)
        more = replace(asked, limit=limit + 1, after=after)
        affected = await reads_incidents.affected(conn, row, more)
        facts = await reads_incidents.history(conn, row.incident_id)
        causes = await reads_incidents.causes(conn, row.incident_id)
        spoken: tuple[Any, Any] = ({}, {})
        if own(viewer) is None:
            spoken = await reads_incidents.said(conn, services.vault, facts)
    shown, last = part_of(affected, limit)
    detail = wire.IncidentDetail(
        incident=shown_incident(row, moment_of(services), language),
        causes=shown_causes(causes, row, language),
        history=shown_history(facts, *spoken),
        affected=shown_affected(shown, row),
    )
    return detail, last.stream_id if last is not None else None


def _one_of(services: Services, viewer: Viewer, incident_id: UUID) -> Asked:
    """One incident, as far as it is there for whoever asks."""
    return Asked(
        now=services.now(),
        seconds=services.settings.overdue_seconds,
        incident_id=incident_id,
        party=own(viewer),
    )


async def _incident(conn: AsyncConnection[Any], asked: Asked) -> reads_incidents.IncidentTrace:
    found = await reads_incidents.incidents(conn, asked)
    if not found:
        raise UnknownIncident
    return found[0]
