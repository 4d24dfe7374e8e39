"""Track and trace of lists: orders as they stand or as a copy has them, copies, and rebuilds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg import AsyncConnection
from pydantic import Field

from aanspraak.domain import ids
from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON, in_one, next_part, part_of
from adapters.http.openapi import many, one, problems
from adapters.http.parameters import LARGEST_PART, Plain
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.http.trace_answers import shown_order_line
from adapters.http.trace_contracts import Which
from adapters.http.trace_viewers import OPENED, Admitted, Parts, own
from adapters.postgres import copies, differences
from adapters.postgres.copies import Copy, NoSuchCopy
from adapters.postgres.reads import NOBODY
from adapters.postgres.reads_orders import VIEW, Asked, orders
from adapters.wire import orders_trace_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.outgoing import encode
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from projections.delivery_order_status import DeliveryOrderStatus
from projections.order_trace import moment_at
from projections.visibility import Viewer

USUAL_PART: Final = 200

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])


class OrderFilter(Which):
    """Which orders, which part of them, and out of what."""

    limit: int = Field(USUAL_PART, ge=1, le=LARGEST_PART, description="At most so many.")
    after: UUID | None = Field(None, description="What comes after this id; see the header Link.")
    copy_: Plain | None = Field(None, alias="copy", description="Out of this copy: as of then.")


@router.get(
    "/orders",
    operation_id="trace-orders",
    summary="Which orders does a school have, or a contract, or a product?",
    responses={200: one(wire.OrdersTrace), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_orders(
    request: Request,
    viewer: Admitted,
    services: Parts,
    which: Annotated[OrderFilter, Query()],
) -> Response:
    """Orders that the caller may see, in parts; out of a copy (operators) as they were then."""
    asked = await _asked(services, which)
    async with services.pool.connection() as conn:
        copy = None
        if which.copy_ is not None:
            copy = await copy_for(conn, viewer, which.copy_, VIEW)
        found = await orders(conn, viewer, asked._replace(limit=which.limit + 1), copy)
    shown, last = part_of(found, which.limit)
    answer = Response(encode(orders_trace(viewer, services, shown, copy)), media_type=JSON)
    if last is not None:
        answer.headers["Link"] = next_part(request, last.delivery_order_id)
    return answer


@router.get(
    "/copies",
    operation_id="trace-copies",
    summary="Which copies of views are there, and as of when?",
    responses={200: many(wire.CopyTrace), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def trace_copies(viewer: Admitted, services: Parts) -> Response:
    """Copies, the newest first; to operators alone."""
    if own(viewer) is not None:
        return in_one([])
    async with services.pool.connection() as conn:
        return in_one([shown_copy(each) for each in await copies.copies(conn)])


@router.get(
    "/rebuilds",
    operation_id="trace-rebuilds",
    summary="What would change if views were rebuilt?",
    responses={200: many(wire.DifferenceTrace), **problems(403, 503)},
    openapi_extra=OPENED,
)
async def trace_rebuilds(viewer: Admitted, services: Parts) -> Response:
    """What the last comparison of each view with the log came to; to operators alone."""
    if own(viewer) is not None:
        return in_one([])
    async with services.pool.connection() as conn:
        return in_one([shown_difference(each) for each in await differences.differences(conn)])


async def copy_for(conn: AsyncConnection[Any], viewer: Viewer, name: str, view: str) -> Copy:
    """A copy to read a view from; raises Refused (404): for partners there is none."""
    if own(viewer) is not None:
        raise Refused(404, OTHER, f"there is no copy {name}")
    try:
        return await copies.copy_with(conn, name, view)
    except NoSuchCopy as error:
        raise Refused(404, OTHER, str(error)) from None


def orders_trace(
    viewer: Viewer, services: Services, found: Sequence[DeliveryOrderStatus], copy: Copy | None
) -> wire.OrdersTrace:
    """Orders as they are shown, as of now or of a copy."""
    at = copy.at if copy else services.now()
    moment = moment_at(at, services.settings.overdue_seconds)
    return wire.OrdersTrace(
        as_of=trace_v1.AsOf(position=copy.position, at=copy.at) if copy else None,
        copy=copy.name if copy else None,
        orders=tuple(shown_order_line(viewer, order, moment) for order in found),
    )


def shown_copy(copy: Copy) -> wire.CopyTrace:
    """A copy."""
    return wire.CopyTrace(
        copy=copy.name,
        as_of=trace_v1.AsOf(position=copy.position, at=copy.at),
        built_at=copy.made_at,
        readable=copy.current,
        views=dict(copy.rows),
    )


def shown_difference(compared: differences.Compared) -> wire.DifferenceTrace:
    """What a comparison came to."""
    return wire.DifferenceTrace(
        view=compared.view,
        position=compared.position,
        compared_at=compared.compared_at,
        dry_run=compared.dry_run,
        appear=compared.appear,
        vanish=compared.vanish,
        change=compared.change,
        examples=tuple(wire.ChangeOfRow(**each) for each in compared.examples),
    )


async def _asked(services: Services, which: OrderFilter) -> Asked:
    """A school that nobody knows has nothing."""
    school = which.school()
    if school is None and which.contract_id is None and which.product_id is None:
        rule = "is missing: or give orgMasterId, contractId or productId"
        raise SchemaIncorrect((FieldProblem("orgId", rule),))
    school_id = None
    if school is not None:
        found = await services.vault.find_school(*school.aliases())
        school_id = found.school_id if found else NOBODY
    return Asked(
        school_id=school_id,
        contract_id=which.contract_id,
        product_id=which.product_id,
        after=ids.order_stream(which.after) if which.after else NOBODY,
    )
