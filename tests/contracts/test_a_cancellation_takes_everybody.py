"""A cancelled order takes whatever of it has not ended, and while it does the roster is let be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import BlockEntitlement
from tests.contracts.pool_case import PoolCase, pupil

if TYPE_CHECKING:
    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

BLOCK = BlockEntitlement(
    reason_id=None, end_date=date(2026, 9, 1), now=datetime(2026, 9, 1, 9, tzinfo=UTC)
)


async def test_joiners_and_who_is_blocked_and_never_used_it_are_cancelled_with_their_order(
    conn: AsyncConnection[Any],
) -> None:
    case = PoolCase(conn=conn)
    order = await case.order()
    await case.roster([1, 2])
    await case.follow()
    await case.registry_confirms()
    await case.submit((ids.entitlement_id(order, pupil(1), 1), BLOCK))
    await case.registry_confirms()
    await case.roster([1, 2, 3])
    await case.follow()
    await case.cancel(order)
    await case.follow()
    await case.roster([1, 2, 3, 4])
    await case.follow()
    assert (await case.counted())["EntitlementCreated"] == 3
    await case.registry_confirms()
    assert await case.states(order) == {"cancelled": 3}
    counted = await case.counted()
    assert (counted["EntitlementCancelled"], counted["DeliveryOrderCancelled"]) == (3, 1)
