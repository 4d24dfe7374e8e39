"""Scenarios 8 and 9: first use, reported in every way a registry may, and counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import product, student_order
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.telling import becomes, entitlements, in_use, links, send, told

if TYPE_CHECKING:
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SET = "9789006100020"
PART = "9789006100037"
BUNDLE = (product(SET, "uitgever", "Een pakket", bundledProducts=[PART]),)


async def test_08_the_first_use_licenses_the_order_and_the_same_report_again_counts_once(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = student_order("104A158", BOOK, range(4), portals=("portaal",))
        await send(chain, order.request())
        await becomes(chain, order, "link-placed")
        await chain.sandbox("uitgever", "POST", "activate", {"count": 2})
        await in_use(chain, order, 2)
        await told(chain, {"processed": 1, "licensed": 1})

        everybody = {"again": True, "deliveryOrderId": str(order.delivery_order_id)}
        await chain.sandbox("uitgever", "POST", "activate", everybody)
        await in_use(chain, order, 4)
        await told(chain, {"processed": 1, "licensed": 1})
        counts = await chain.get(f"/trace/v1/activations?deliveryOrderId={order.delivery_order_id}")
        assert counts["activated"] == 4


async def test_09_a_later_end_goes_to_the_portal_again_and_another_product_is_looked_at(
    start_chain: StartChain,
) -> None:
    async with start_chain(products=BUNDLE) as chain:
        order = student_order("104A158", SET, range(2), portals=("portaal",))
        await send(chain, order.request())
        await becomes(chain, order, "link-placed")
        part_of_it = {"productId": PART, "expirationDate": "2028-07-31"}
        await chain.sandbox("uitgever", "POST", "activate", part_of_it)
        await in_use(chain, order, 2)

        async def ends() -> Any:  # noqa: ANN401 - JSON
            shown = await entitlements(chain, order)
            return {each["expirationDate"] for each in shown}

        await until(ends, lambda dates: dates == {"2028-07-31"}, seconds=30, about="expirationDate")
        await links(chain, 2)
        assert await chain.get("/trace/v1/incidents") == []

        strange = {"productId": "9789006999999", "again": True, "count": 1}
        await chain.sandbox("uitgever", "POST", "activate", strange)

        async def incidents() -> Any:  # noqa: ANN401 - JSON
            return [each["kind"] for each in await chain.get("/trace/v1/incidents")]

        await until(
            incidents, lambda kinds: kinds == ["activated-another-product"], seconds=30, about="it"
        )
        await in_use(chain, order, 2)
