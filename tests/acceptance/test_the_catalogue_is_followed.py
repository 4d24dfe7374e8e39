"""A provider's product becomes orderable by itself, and a change of it concerns new orders only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

CATALOGUE = (("catalogus", "catalogue"),)
NEW = "9789006100099"
PRODUCT: dict[str, Any] = {
    "productId": NEW,
    "name": "Nieuw Nederlands",
    "type": "digital",
    "status": "available",
    "licensePeriod": {"licenseVariant": "schoolyear"},
    "defaultAccessUrl": "https://leermiddel.example/9789006100099",
}


async def test_what_a_provider_lists_can_be_ordered_until_it_says_otherwise(
    start_chain: StartChain,
) -> None:
    async with start_chain(others=CATALOGUE, catalogue_pull_seconds="0.5") as chain:
        await chain.sandbox("catalogus", "PUT", f"products/{NEW}", PRODUCT)
        followed = await chain.verb("catalogue", "follow", "catalogus", "--registry", "uitgever")
        assert "its licences are at uitgever" in followed
        await _known_as(chain, "available")

        early = student_order("104A158", NEW, range(2), portals=("portaal",))
        await _send(chain, early)
        await _becomes(chain, early, "link-placed")

        wish = {"status": "no-longer-available"}
        await chain.sandbox("catalogus", "PUT", f"products/{NEW}", wish)
        await _known_as(chain, "no-longer-available (was available)")

        late = student_order("104A158", NEW, range(2, 4), portals=("portaal",))
        await _send(chain, late)
        refused = await until(lambda: chain.trace(late.delivery_order_id), bool)
        assert refused["refusal"]["status"] == 4113
        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})
        await _becomes(chain, early, "in-use")


async def _known_as(chain: Chain, status: str) -> None:
    await until(
        lambda: chain.verb("catalogue", "show", NEW), lambda shown: f"status: {status}" in shown
    )


async def _send(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())


async def _becomes(chain: Chain, order: Order, status: str) -> None:
    await until(
        lambda: chain.trace(order.delivery_order_id),
        lambda trace: bool(trace) and trace["status"] == status,
        about=status,
    )
