"""A shop cancels: refused when somebody uses it, done when nobody does, and put back when half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK
from tests.acceptance.telling import (
    becomes,
    entitlements,
    in_use,
    last_answer,
    links,
    send,
    statuses,
    told,
)

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

END = {"status": "cancelled", "endDate": "2026-12-01"}


async def test_nobody_uses_it_so_registry_portal_and_order_are_cancelled_in_that_order(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(30))
        await _cancel(chain, order)
        trace = await becomes(chain, order, "cancelled")
        assert trace["orderStatus"] == "cancelled"
        assert (trace["counts"]["cancelled"], trace["counts"]["linkPlaced"]) == (30, 0)
        await told(chain, {"processed": 1, "cancelled": 1})
        shown = await entitlements(chain, order)
        assert {each["entitlementStatus"] for each in shown} == {"cancelled"}
        assert {each["endDate"] for each in shown} == {"2026-12-01"}
        await links(chain, 0)

        await _cancel(chain, order)
        await told(chain, {"processed": 1, "cancelled": 2})


async def test_somebody_uses_it_so_it_is_refused_and_nobody_loses_anything(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(10))
        await chain.sandbox("uitgever", "POST", "activate", {"count": 2})
        await becomes(chain, order, "in-use")
        await in_use(chain, order, 2)
        await _cancel(chain, order)
        await told(chain, {"processed": 1, "licensed": 1, "refused": 1})
        refusal = await last_answer(chain, order)
        assert (refusal["success"], refusal["status"]) == (False, 4142)
        assert refusal["statusMessage"].endswith("2 in use")
        await links(chain, 10)


async def test_activated_at_the_registry_without_a_word_all_is_put_back_in_a_next_turn(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(10))
        unreported = {"count": 1, "report": False}
        await chain.sandbox("uitgever", "POST", "activate", unreported)
        await _cancel(chain, order)
        await told(chain, {"processed": 1, "refused": 1})

        await statuses(chain, order, {"cancelled": 9, "entitled": 10})
        await links(chain, 10)
        await becomes(chain, order, "link-placed")

        again = {"count": 1, "again": True, "deliveryOrderId": str(order.delivery_order_id)}
        await chain.sandbox("uitgever", "POST", "activate", again)
        await in_use(chain, order, 1)


async def test_a_cancel_before_its_order_wins(start_chain: StartChain) -> None:
    async with start_chain() as chain:
        order = student_order("104A158", BOOK, range(3), portals=("portaal",))
        first = order.request()
        await send(chain, order.again(**END))
        await told(chain, {"refused": 1})
        await send(chain, first)
        await told(chain, {"refused": 2})
        assert (await chain.sandbox("uitgever", "GET", "effects"))["receipts"] == 0


async def _delivered(chain: Chain, pupils: range) -> Order:
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await send(chain, order.request())
    await becomes(chain, order, "link-placed")
    await told(chain, {"processed": 1})
    return order


async def _cancel(chain: Chain, order: Order) -> None:
    await send(chain, order.again(**END))
