"""Open orders of `SHOP` over HTTP, and the roster of the school they are for."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.postgres.connection import connect
from tests.adapters import wire_case
from tests.adapters.http_partners import BOOK, REGISTRY, SHOP
from tests.adapters.http_stories import ORDERS, order
from tests.contracts.pool_case import PoolCase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.http_case import Hub


async def ordered_openly(
    hub: Hub,
    delivery_type: str = "school-all",
    order_id: UUID | None = None,
    **specification: object,
) -> UUID:
    """Order for a school, for the first time or again; the deliveryOrderId."""
    message = order(
        order_id=order_id,
        deliveryType=delivery_type,
        deliverySpecification={"school": wire_case.SCHOOL, **specification},
        portals=[],
    )
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    return UUID(message["deliveryOrder"]["deliveryOrderId"])


async def school_of(hub: Hub) -> UUID:
    """The school that was ordered for first."""
    received: Any = (await hub.facts("DeliveryOrderReceived"))[0].event
    school: UUID = received.school_id
    return school


@asynccontextmanager
async def administration(hub: Hub) -> AsyncIterator[PoolCase]:
    """The administration of the school that was ordered for first."""
    async with await connect(hub.url, "test") as conn:
        school = await school_of(hub)
        yield PoolCase(conn=conn, school=school, registry=REGISTRY, product_id=BOOK)
        await hub.catch_up()
