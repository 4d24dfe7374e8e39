"""Track and trace of use: what registries say of it, for the operator and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.errors import UnknownDeliveryOrder, UnknownEntitlement
from aanspraak.domain.partner.decide import REGISTRY, SHOP
from adapters.http.arrays import JSON
from adapters.http.entitlement_reads import CONTRACT_UNKNOWN, NOT_FOUND
from adapters.http.openapi import one, problems
from adapters.http.parameters import PlainId, id_of
from adapters.http.problems import Refused
from adapters.http.services import Services
from adapters.http.trace_viewers import OPENED, Admitted, EntitlementId, OrderId, Parts
from adapters.postgres.usage_cache import Asked, Source, UseRow
from adapters.wire import usage_trace_v1 as wire
from adapters.wire.outgoing import array_of_pages, encode
from adapters.wire.trace_v1 import BASE_PATH
from projections.visibility import OPERATOR_ROLE

SEES_USE: Final = (OPERATOR_ROLE, SHOP, REGISTRY)
"""A portal places links; what becomes of them is not for it."""

Pages = AsyncIterator[list[UseRow]]
Fresh = Annotated[bool, Query(description="Ask the registry, however recent what is kept is.")]
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: one(wire.UsageTrace),
    **problems(403, 404, 503),
}

router = APIRouter(prefix=BASE_PATH + "/usage", tags=["Track and trace"])


@router.get(
    "/entitlements/{entitlementId}",  # noqa: FAST003 - the alias of EntitlementId
    operation_id="trace-entitlement-usage",
    summary="How is an entitlement used?",
    responses=ANSWERS,
    openapi_extra=OPENED,
)
async def entitlement_usage(
    viewer: Admitted, services: Parts, given: EntitlementId, *, fresh: Fresh = False
) -> Response:
    """What the registry says of one entitlement; of each product that it comes with."""
    row = await services.reads.entitlement(viewer, id_of(given))
    if row is None or viewer.role not in SEES_USE:
        raise UnknownEntitlement
    asked = [Asked(kind="entitlement", id=str(row.entitlement_id), registry=row.registry)]
    sources = await services.usage.sources(asked, fresh=fresh)
    head = _head(sources, entitlement_id=row.entitlement_id)
    return await _answer(services, head, services.usage.cache.uses_of_entitlement(row[0]))


@router.get(
    "/orders/{deliveryOrderId}",  # noqa: FAST003 - the alias of OrderId
    operation_id="trace-order-usage",
    summary="How is what was ordered used?",
    responses=ANSWERS,
    openapi_extra=OPENED,
)
async def order_usage(
    viewer: Admitted, services: Parts, given: OrderId, *, fresh: Fresh = False
) -> Response:
    """What the registry says of the entitlements of an order, streamed, and counted."""
    order = await services.reads.order(viewer, id_of(given))
    if order is None or order.registry is None or viewer.role not in SEES_USE:
        raise UnknownDeliveryOrder
    asked = [Asked(kind="order", id=str(order.delivery_order_id), registry=order.registry)]
    sources = await services.usage.sources(asked, fresh=fresh)
    head = _head(sources, delivery_order_id=order.delivery_order_id)
    return await _answer(services, head, services.usage.cache.uses_of_order(order.order_id))


@router.get(
    "/contracts/{id}",  # noqa: FAST003 - the alias of PlainId
    operation_id="trace-contract-usage",
    summary="How is what was ordered under a contract used?",
    responses=ANSWERS,
    openapi_extra=OPENED,
)
async def contract_usage(
    viewer: Admitted, services: Parts, contract_id: PlainId, *, fresh: Fresh = False
) -> Response:
    """The same of all orders under a contract that the viewer may see, of each registry."""
    cache = services.usage.cache
    registries: Sequence[str] = ()
    if viewer.role in SEES_USE:
        registries = await cache.registries_of_contract(viewer, contract_id)
    if not registries:
        raise Refused(NOT_FOUND, CONTRACT_UNKNOWN, "No delivery order has this contractId.")
    asked = [Asked(kind="contract", id=contract_id, registry=each) for each in registries]
    sources = await services.usage.sources(asked, fresh=fresh)
    head = _head(sources, contract_id=contract_id)
    return await _answer(services, head, cache.uses_of_contract(viewer, contract_id))


def shown_use(row: UseRow) -> wire.ProductUse:
    """A row as it is shown."""
    return wire.ProductUse(
        entitlement_id=row.entitlement_id,
        product_id=row.product_id,
        status=row.status,
        first_used=row.first_used,
        last_used=row.last_used,
        frequency_of_usage=row.frequency,
        expiration_date=row.expiration_date,
        as_of=row.as_of,
    )


def _head(sources: Sequence[Source], **about: Any) -> wire.UsageTrace:  # noqa: ANN401 - one of three ids
    moments = [source.as_of for source in sources if source.as_of is not None]
    return wire.UsageTrace(
        **about,
        as_of=min(moments) if len(moments) == len(sources) else None,
        sources=tuple(wire.UsageSource(**source._asdict()) for source in sources),
        warnings=tuple(warning for source in sources for warning in source.warnings()),
    )


async def _answer(services: Services, head: wire.UsageTrace, pages: Pages) -> Response:
    """The first page is read before anything is answered: until then a failure has a status."""
    first: list[UseRow] = await anext(pages, [])
    today = day_of(services.now())
    return StreamingResponse(_streamed(head, first, pages, today), media_type=JSON)


async def _streamed(
    head: wire.UsageTrace, first: list[UseRow], rest: Pages, today: date
) -> AsyncIterator[bytes]:
    """The totals come last: by then everything was counted."""
    counts: Counter[str] = Counter()

    async def shown() -> AsyncIterator[list[wire.ProductUse]]:
        yield _counted(counts, first, today)
        async for page in rest:
            yield _counted(counts, page, today)

    yield encode(head)[:-1] + b',"entitlements":'
    async for piece in array_of_pages(shown()):
        yield piece
    totals = wire.UsageTotals(**{name: counts[name] for name in wire.UsageTotals.__struct_fields__})
    yield b',"totals":' + encode(totals) + b"}"


def _counted(counts: Counter[str], rows: list[UseRow], today: date) -> list[wire.ProductUse]:
    for row in rows:
        counts[row.status] += 1
        counts["expired"] += row.expiration_date is not None and row.expiration_date < today
    return [shown_use(row) for row in rows]
