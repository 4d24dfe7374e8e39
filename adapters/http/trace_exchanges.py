"""Track and trace of exchanges: what a partner was told, when, and what it answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from adapters.http.arrays import JSON, in_one, next_part
from adapters.http.exchange_answers import exchange_trace, exchanges_trace, sendings
from adapters.http.openapi import many, one, problems
from adapters.http.parameters import LARGEST_PART, Plain, PlainId
from adapters.http.trace_as_of import THEN, AsOfGiven, then_of
from adapters.http.trace_viewers import (
    OPENED,
    Admitted,
    EntitlementId,
    OrderId,
    Parts,
    entitlement_of,
    order_of,
    own,
)
from adapters.postgres.reads_exchanges import Asked, Place
from adapters.wire import exchanges_trace_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.message import LAST_POSITION
from adapters.wire.outgoing import encode
from adapters.wire.problems import FieldProblem, SchemaIncorrect

USUAL_PART: Final = 200
LONGEST: Final = timedelta(days=31)
SEPARATOR: Final = "/"

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])

ExchangeId = Annotated[int, Path(alias="exchangeId", ge=1, le=LAST_POSITION)]
With = Annotated[Plain | None, Query(alias="partner", description="Only those with this partner.")]


class Window(BaseModel):
    """What was sent when; a stretch of time of at most 31 days."""

    model_config = ConfigDict(frozen=True)

    first: AwareDatetime = Field(alias="from", description="From this moment on, with its zone.")
    last: AwareDatetime = Field(alias="to", description="Up to this moment, not included.")
    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    after: Plain | None = Field(None, description="Where it goes on; see the header Link.")
    as_of: str | None = Field(None, alias="asOf", description=THEN)

    def asked(self, partner: str) -> Asked:
        """What is asked for; raises SchemaIncorrect when the stretch is none, or too long."""
        if not timedelta(0) < self.last - self.first <= LONGEST:
            rule = f"must lie after from, at most {LONGEST.days} days"
            raise SchemaIncorrect((FieldProblem("to", rule),))
        return Asked(partner, self.first, self.last, self.limit, self._place())

    def _place(self) -> Place | None:
        if self.after is None:
            return None
        try:
            at, stream_id, number = self.after.split(SEPARATOR)
            return Place(datetime.fromisoformat(at).astimezone(UTC), UUID(stream_id), int(number))
        except (ValueError, OverflowError):
            raise SchemaIncorrect((FieldProblem("after", "is no place in this list"),)) from None


@router.get(
    "/exchanges/{exchangeId}",  # noqa: FAST003 - the alias of ExchangeId
    operation_id="trace-exchange",
    summary="What was said in an exchange, and what came of it?",
    responses={200: one(wire.ExchangeTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_exchange(
    viewer: Admitted, services: Parts, exchange_id: ExchangeId, as_of: AsOfGiven = None
) -> Response:
    """One message to a partner, when it was tried, and what the partner answered."""
    then = await then_of(services, as_of)
    answer = await exchange_trace(viewer, services, exchange_id, then, in_words=True)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/entitlements/{entitlementId}/exchanges",  # noqa: FAST003 - the alias of EntitlementId
    operation_id="trace-entitlement-exchanges",
    summary="What were partners told about an entitlement?",
    responses={200: one(wire.ExchangesTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_entitlement_exchanges(
    viewer: Admitted,
    services: Parts,
    given: EntitlementId,
    partner: With = None,
    as_of: AsOfGiven = None,
) -> Response:
    """Every message about an entitlement, with its answers and attempts."""
    row = await entitlement_of(viewer, services, given)
    then = await then_of(services, as_of)
    answer = await exchanges_trace(viewer, services, row.entitlement_id, then, partner)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/orders/{deliveryOrderId}/exchanges",  # noqa: FAST003 - the alias of OrderId
    operation_id="trace-order-exchanges",
    summary="What was the shop told about an order?",
    responses={200: one(wire.ExchangesTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_order_exchanges(
    viewer: Admitted, services: Parts, given: OrderId, as_of: AsOfGiven = None
) -> Response:
    """The confirmations of an order; what is about its entitlements is asked for with those."""
    order = await order_of(viewer, services, given)
    then = await then_of(services, as_of)
    answer = await exchanges_trace(viewer, services, order.order_id, then, None)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/partners/{id}/exchanges",  # noqa: FAST003 - the alias of PlainId
    operation_id="trace-partner-exchanges",
    summary="What was sent to a partner in a stretch of time?",
    responses={200: many(wire.Sending), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_partner_exchanges(
    request: Request,
    viewer: Admitted,
    services: Parts,
    partner: PlainId,
    window: Annotated[Window, Query()],
) -> Response:
    """What was sent, or tried to be, oldest first, and how those exchanges stand."""
    if own(viewer) not in {None, partner} or await services.directory.partner(partner) is None:
        return in_one([])
    then = await then_of(services, window.as_of)
    shown, place = await sendings(viewer, services, window.asked(partner), then)
    answer = in_one(shown)
    if place is not None:
        answer.headers["Link"] = next_part(request, written_place(place))
    return answer


def written_place(place: Place) -> str:
    """A place in the list, as `after` reads it."""
    return SEPARATOR.join((place.at.isoformat(), str(place.stream_id), str(place.number)))
