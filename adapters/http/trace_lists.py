"""Track and trace of many orders: those of a school, and those that are overdue."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.http.arrays import JSON
from adapters.http.consented import require_consent
from adapters.http.list_answers import Page, overdue_trace, school_trace
from adapters.http.openapi import one, problems
from adapters.http.parameters import LARGEST_PART, Plain
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.http.trace_viewers import OPENED, Admitted, Parts, moment_of
from adapters.postgres.vault import NoSchoolNamed
from adapters.wire import lists_trace_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.outgoing import encode
from adapters.wire.roster_file import school_alias

USUAL_PART: Final = 50
SCHOOL_UNKNOWN: Final = 23

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])

School = Annotated[
    Plain,
    Path(description="An OnderwijsaanbiederId (104A158), another id (OIE_CODE:09QQ), or a hit's."),
]


class ListPart(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(frozen=True)

    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    offset: int = Field(0, ge=0, le=1_000_000, description="So many are left out before them.")
    language: Literal["en", "nl"] = Field("en", description="The language of the texts.")


class SchoolPart(ListPart):
    """The same, of the orders in one status."""

    status: trace_v1.Status | None = Field(None, description="Only orders in this status.")


@router.get(
    "/schools/{school:path}",
    operation_id="trace-school",
    summary="Where do the orders of a school stand?",
    responses={200: one(wire.SchoolTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_school(
    viewer: Admitted, services: Parts, school: School, part: Annotated[SchoolPart, Query()]
) -> Response:
    """Its orders, how many in each status, and whom each waits for; partners see their own."""
    school_id = await _school_id(services, school)
    await require_consent(services, viewer, school_id)
    page = Page(part.limit, part.offset, part.status, part.language)
    answer = await school_trace(
        services.pool, services.vault, viewer, school_id, moment_of(services), page
    )
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/overdue",
    operation_id="trace-overdue",
    summary="Which orders are overdue, and who has them?",
    responses={200: one(wire.OverdueTrace), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def trace_overdue(
    viewer: Admitted, services: Parts, part: Annotated[ListPart, Query()]
) -> Response:
    """The longest wait first; partners see their own."""
    page = Page(part.limit, part.offset, language=part.language)
    answer = await overdue_trace(services.pool, viewer, moment_of(services), page)
    return Response(encode(answer), media_type=JSON)


async def _school_id(services: Services, given: str) -> UUID:
    """The school that is meant; raises Refused: 404, code 23."""
    unknown = Refused(404, SCHOOL_UNKNOWN, "This school is not known.")
    try:
        own_id = UUID(given)
    except ValueError:
        own_id = None
    if own_id is not None:
        if not await services.vault.aliases(own_id):
            raise unknown
        return own_id
    try:
        found = await services.vault.find_school(*school_alias(given))
    except (NoSchoolNamed, ValueError):
        raise unknown from None
    if found is None:
        raise unknown
    return found.school_id
