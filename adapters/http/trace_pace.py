"""GET /trace/v1/pace: orders, links and activations in each minute, and how long a link takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems
from adapters.http.trace_viewers import OPENED, Admitted, Parts, own
from adapters.postgres.reads_pace import LONGEST, pace_between
from adapters.wire import pace_v1 as wire
from adapters.wire.outgoing import encode
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.trace_v1 import BASE_PATH

USUAL: Final = timedelta(hours=1)

router = APIRouter(prefix=BASE_PATH, tags=["Track and trace"])


class Stretch(BaseModel):
    """Which stretch of time; by itself the last hour."""

    model_config = ConfigDict(frozen=True)

    first: AwareDatetime | None = Field(None, alias="from", description="The first moment.")
    last: AwareDatetime | None = Field(None, alias="to", description="Until this moment.")

    def between(self, now: datetime) -> tuple[datetime, datetime]:
        """From when until when; raises SchemaIncorrect for nothing, or for more than a day."""
        try:
            last = (self.last or now).astimezone(UTC)
            first = self.first.astimezone(UTC) if self.first else last - USUAL
        except OverflowError:
            first = last = now
        if not timedelta(0) < last - first <= LONGEST:
            rule = "must lie after from, by a day at most"
            raise SchemaIncorrect((FieldProblem("to", rule),))
        return first, last


@router.get(
    "/pace",
    operation_id="trace-pace",
    summary="How fast does it go?",
    responses={200: one(wire.Pace), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def trace_pace(
    viewer: Admitted, services: Parts, stretch: Annotated[Stretch, Query()]
) -> Response:
    """Minute by minute, of the hub and of each partner; a partner hears its own numbers."""
    first, last = stretch.between(services.now())
    async with services.pool.connection() as conn:
        answer = await pace_between(conn, first, last, own(viewer))
    return Response(encode(answer), media_type=JSON)
