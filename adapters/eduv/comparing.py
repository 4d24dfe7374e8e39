"""An order as a partner has it, beside the order as we have it: what we lack, and what differs."""

from __future__ import annotations

from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application import comparison
from aanspraak.application.comparison import (
    Difference,
    OurOrder,
    Ours,
    TheirOrder,
    Theirs,
    compare_entitlement,
    compare_order,
    is_lacking,
    unknown_there,
)
from aanspraak.domain.calendar_days import day_of
from adapters.eduv.partner_reader import UnknownThere
from adapters.postgres.origins import read_created
from projections.entitlement_row import BLOCK_REFUSED
from projections.order_trace import entitlement_has_ended
from projections.visibility import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.eduv.usage_client import UsageClient
    from adapters.postgres.reads import Reads
    from adapters.wire.delivery_reads_v2 import OrderAtShop
    from adapters.wire.usage_v1 import EntitlementUsage
    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.entitlement_details import EntitlementDetails
    from projections.partners import Partner
    from projections.side import Side

STRANGERS_AT_MOST: Final = 1_000
"""So many entitlements that we never sent are named; whoever has more has something else wrong."""


@dataclass(kw_only=True)
class Found:
    """What came of an order: `lacking` are uses that we may not have."""

    compared: int = 0
    lacking: list[EntitlementUsage] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Comparing:
    """Asks partners, and reads what we have from the views, so it may be a little behind.

    What was asked less than `settle` ago may still be on its way.
    """

    client: UsageClient
    reads: Reads
    settle: timedelta

    async def at_registry(
        self,
        conn: AsyncConnection[Any],
        registry: Partner,
        order: DeliveryOrderStatus,
        now: datetime,
    ) -> Found:
        """An order of products of this registry; raises NoAnswer."""
        if order.delivery_order_id is None:
            return Found()
        ours = await self._ours(order.delivery_order_id, registry.partner, now)
        found = Found(compared=len(ours))
        named: dict[UUID, list[Theirs]] = {}
        with suppress(UnknownThere):  # then nothing of it is there
            async with aclosing(self.client.order(registry, order.delivery_order_id)) as usages:
                async for usage in usages:
                    _take(usage, ours, named, found)
        strangers = [each for each in named if each not in ours][:STRANGERS_AT_MOST]
        found.differences += await _strangers(conn, strangers, order.order_id)
        for entitlement_id in ours.keys() & named.keys():
            found.differences += compare_entitlement(ours[entitlement_id], named[entitlement_id])
        found.differences += unknown_there(ours.values(), named)
        return found

    async def at_shop(self, shop: Partner, order: DeliveryOrderStatus, now: datetime) -> Found:
        """An order of this shop; raises NoAnswer."""
        if order.delivery_order_id is None:
            return Found()
        theirs = None
        with suppress(UnknownThere):
            theirs = their_order(await self.client.delivery_order(shop, order.delivery_order_id))
        ours = self._our_order(order, now)
        return Found(compared=1, differences=list(compare_order(ours, theirs)))

    async def _ours(
        self, delivery_order_id: UUID, registry: str, now: datetime
    ) -> dict[UUID, Ours]:
        rows = self.reads.entitlements_of_order(OPERATOR, delivery_order_id)
        before, today = now - self.settle, day_of(now)
        return {
            row.entitlement_id: _our_entitlement(row, before, today)
            async for row in rows
            if row.registry == registry
        }

    def _our_order(self, order: DeliveryOrderStatus, now: datetime) -> OurOrder:
        before = now - self.settle
        return OurOrder(
            status=order.status or "",
            total_quantity=order.total_quantity,
            cancelling=order.cancelling,
            under_way=any(_is_busy(side, before) for side in order.shop_sides.values()),
        )


def their_order(order: OrderAtShop) -> TheirOrder:
    """What is compared of an order at a shop."""
    return TheirOrder(
        status=order.status, total_quantity=order.delivery_specification.total_quantity
    )


def _take(
    usage: EntitlementUsage,
    ours: Mapping[UUID, Ours],
    named: dict[UUID, list[Theirs]],
    found: Found,
) -> None:
    theirs = Theirs(
        entitlement_id=usage.entitlement_id,
        product_id=usage.product_id,
        status=usage.entitlement_status,
        first_used=usage.usage.first_used if usage.usage else None,
        expiration_date=usage.expiration_date,
    )
    named.setdefault(usage.entitlement_id, []).append(theirs)
    own = ours.get(usage.entitlement_id)
    if own is not None and is_lacking(own, theirs):
        found.lacking.append(usage)


async def _strangers(
    conn: AsyncConnection[Any], entitlement_ids: list[UUID], order_id: UUID
) -> list[Difference]:
    """What is in the log but not yet in the views is no stranger."""
    created = await read_created(conn, entitlement_ids) if entitlement_ids else {}
    return [
        Difference(what=comparison.UNKNOWN_HERE, entitlement_id=each)
        for each in entitlement_ids
        if each not in created or created[each].order != order_id
    ]


def _our_entitlement(row: EntitlementDetails, before: datetime, today: date) -> Ours:
    side = row.sides.get(row.registry)
    waits = row.under_way not in ("", BLOCK_REFUSED)
    return Ours(
        entitlement_id=row.entitlement_id,
        product_id=row.product_id,
        status=row.status,
        activated=row.first_usage_date is not None,
        expiration_date=row.expiration_date,
        under_way=waits or _is_busy(side, before),
        over=entitlement_has_ended(row, today),
        refused=side is not None and side.known == "refused",
    )


def _is_busy(side: Side | None, before: datetime) -> bool:
    """Something was asked so recently that its answer may be on its way."""
    return side is not None and any(exchange.asked_at > before for exchange in side.open)
