"""An operator blocks and unblocks: registry and portal follow, and what it was comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import eck_id, student_order
from tests.acceptance.conftest import BOOK
from tests.acceptance.telling import becomes, links, send, statuses

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SIGNED = {"actor": "Ans Operator", "reason": "the school asked for it"}
SCHOOL = {"organisationMasterIdentifier": "104A158"}


async def test_one_pupil_then_the_whole_order_then_everybody_again(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(6))
        pupil = {"school": SCHOOL, "user": {"userMasterIdentifier": eck_id(2)}}

        dry = await _operate(chain, "block", entitlements=pupil, dryRun=True)
        assert dry == {"dryRun": True, "meant": 1, "touched": 1, "byStatus": {"entitled": 1}}
        (answer,) = await _operate(chain, "block", entitlements=pupil)
        assert answer["outcome"] == "asked"
        await statuses(chain, order, {"blocked": 1, "entitled": 5})
        await links(chain, 5)

        whole = {"deliveryOrderId": str(order.delivery_order_id)}
        answers = await _operate(chain, "block", entitlements=whole)
        assert [each["outcome"] for each in answers] == ["asked"] * 5
        await statuses(chain, order, {"blocked": 6})
        await links(chain, 0)
        await becomes(chain, order, "blocked")

        said = await chain.verb(
            "unblock", "--order", str(order.delivery_order_id), "--reason", "paid after all"
        )
        assert "6 asked, 0 refused" in said
        await statuses(chain, order, {"entitled": 6})
        await links(chain, 6)
        await becomes(chain, order, "link-placed")


async def test_blocked_while_in_use_it_is_licensed_again_afterwards(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, range(2))
        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})
        await statuses(chain, order, {"licensed": 2})
        said = await chain.verb("block", "--product", BOOK, "--reason", "a mistake in it")
        assert "2 asked, 0 refused" in said
        await statuses(chain, order, {"blocked": 2})
        said = await chain.verb("unblock", "--school", "104A158", "--reason", "mended")
        assert "2 asked, 0 refused" in said
        await statuses(chain, order, {"licensed": 2})
        await links(chain, 2)


async def test_what_is_asked_wrong_is_answered_with_the_field_and_the_rule(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        said = await chain.verb("block", "--reason", "nothing named")
        assert "give one of --entitlement, --order, --product and --school" in said
        said = await chain.verb("block", "--school", "unknown", "--reason", "no such school")
        assert "no school is known as unknown" in said


async def _delivered(chain: Chain, pupils: range) -> Order:
    order = student_order("104A158", BOOK, pupils, portals=("portaal",))
    await send(chain, order.request())
    await becomes(chain, order, "link-placed")
    return order


async def _operate(chain: Chain, act: str, **said: object) -> Any:  # noqa: ANN401 - JSON
    return await chain.operate("POST", f"/entitlements/{act}", {**SIGNED, **said})
