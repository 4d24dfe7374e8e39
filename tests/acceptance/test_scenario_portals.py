"""A school changes portals: its links move, and what is ordered or who joins goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import eck_id, open_order, student_order
from tests.acceptance.conftest import BOOK, until
from tests.acceptance.telling import becomes, entitlements, links, send, told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SCHOOL = "104A158"
OLD, NEW = "portaal", "nieuw-portaal"
OTHERS = [(NEW, "portal")]
REASON = ("--reason", "the school moves on 1 November")


async def test_links_move_and_whoever_joins_or_is_ordered_for_goes_along(
    start_chain: StartChain, tmp_path: Path
) -> None:
    async with start_chain(others=OTHERS) as chain:
        by_name, openly = await _two_orders(chain, tmp_path)
        swap = {"portal": OLD, "newPortal": NEW, "dryRun": True}
        planned = await chain.operate("POST", f"/schools/{SCHOOL}/portals/replace", swap)
        assert planned == {
            "outcome": "planned",
            "entitlements": 7,
            "touched": 7,
            "orders": 2,
            "linksRequested": 7,
            "waiting": 0,
            "linksWithdrawn": 7,
            "consented": True,
        }
        assert "nothing was done" in await _verb(chain, "replace", OLD, NEW, *REASON, "--dry-run")
        assert "changed" in await _verb(chain, "replace", OLD, NEW, *REASON)
        await links(chain, 7, NEW)
        await links(chain, 0, OLD)
        for order, number in ((by_name, 4), (openly, 3)):
            await _is_at(chain, order, {NEW: number})
            await becomes(chain, order, "link-placed")

        await _roster(chain, tmp_path, range(10, 15))
        await links(chain, 9, NEW)
        later = student_order(SCHOOL, BOOK, range(20, 22), portals=(OLD,))
        await send(chain, later.request())
        await links(chain, 11, NEW)
        await told(chain, {"processed": 3})
        await send(chain, by_name.again(dateLastModified="2099-01-01T00:00:00Z"))
        await told(chain, {"processed": 4})
        assert await _receipts(chain, OLD) == 14


async def test_a_school_that_leaves_its_portal_may_come_back(start_chain: StartChain) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, 2)
        await _portals(chain, "remove", OLD)
        await links(chain, 0, OLD)
        await becomes(chain, order, "set-ready")
        await _portals(chain, "add", OLD)
        await links(chain, 2, OLD)
        shown = await chain.get(f"/ops/v1/schools/{SCHOOL}/portals")
        assert shown["portals"] == [{"portal": OLD, "entitlements": 2, "consented": True}]
        await told(chain, {"processed": 1})


async def test_a_portal_that_refuses_is_looked_at(start_chain: StartChain) -> None:
    refusing = {"refuseProducts": [BOOK], "refuseStatus": 4042, "refuseAsked": ["initialized"]}
    async with start_chain(others=OTHERS, behaviour={NEW: refusing}) as chain:
        order = await _delivered(chain, 2)
        await _portals(chain, "add", NEW)
        incident = await until(lambda: _incident(chain), lambda one: one is not None)
        assert (incident["kind"], incident["code"]) == ("link-refused", 4042)
        await becomes(chain, order, "action-needed")
        await _portals(chain, "remove", NEW)
        await until(lambda: _incident(chain), lambda one: one["state"] == "closed")
        await becomes(chain, order, "link-placed")
        await told(chain, {"processed": 1})


async def test_a_portal_without_consent_gets_its_links_when_there_is(
    start_chain: StartChain,
) -> None:
    async with start_chain(others=OTHERS) as chain:
        order = await _delivered(chain, 2)
        await chain.verb("consent", "revoke", SCHOOL, NEW)
        said = await _verb(chain, "add", NEW, *REASON)
        assert f"does not consent to {NEW}" in said
        await _is_at(chain, order, {OLD: 2, NEW: 2})
        assert await _receipts(chain, NEW) == 0
        await chain.verb("consent", "give", SCHOOL, NEW)
        await links(chain, 2, NEW)
        await links(chain, 2, OLD)


async def _two_orders(chain: Chain, folder: Path) -> tuple[Order, Order]:
    """Four pupils by name, three by the roster; every link is placed."""
    by_name = student_order(SCHOOL, BOOK, range(4), portals=(OLD,))
    await send(chain, by_name.request())
    await _roster(chain, folder, range(10, 13))
    openly = open_order(SCHOOL, BOOK, total_quantity=10, portals=(OLD,))
    await send(chain, openly.request())
    await links(chain, 7, OLD)
    await told(chain, {"processed": 2})
    return by_name, openly


async def _delivered(chain: Chain, pupils: int) -> Order:
    order = student_order(SCHOOL, BOOK, range(pupils), portals=(OLD,))
    await send(chain, order.request())
    await links(chain, pupils, OLD)
    await told(chain, {"processed": 1})
    return order


async def _roster(chain: Chain, folder: Path, pupils: Iterable[int]) -> None:
    lines = [f"{SCHOOL},{eck_id(number)}," for number in pupils]
    file = folder / "roster.csv"
    file.write_text("\n".join(["school,userMasterIdentifier,groups", *lines, ""]))
    await chain.verb("roster", "import", str(file))


async def _portals(chain: Chain, what: str, portal: str) -> None:
    path = f"/schools/{SCHOOL}/portals/{what}"
    answer = await chain.operate("POST", path, {"portal": portal})
    assert answer["outcome"] == "changed"


async def _verb(chain: Chain, what: str, *rest: str) -> str:
    return await chain.verb("portal", what, SCHOOL, *rest)


async def _receipts(chain: Chain, portal: str) -> int:
    return int((await chain.sandbox(portal, "GET", "effects"))["receipts"])


async def _incident(chain: Chain) -> Any:  # noqa: ANN401 - JSON, or None
    found = [one for one in await chain.get("/trace/v1/incidents") if one["party"] == NEW]
    return found[0] if found else None


async def _is_at(chain: Chain, order: Order, expected: dict[str, int]) -> None:
    """So many entitlements of the order go to each portal, as its shop reads them."""

    async def ask() -> dict[str, int]:
        shown = await entitlements(chain, order)
        portals = [one["portal"] for each in shown for one in each.get("urlStatuses", ())]
        return {portal: portals.count(portal) for portal in portals}

    await until(ask, lambda counted: counted == expected, seconds=60, about="at portals")
