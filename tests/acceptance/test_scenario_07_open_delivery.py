"""Scenario 7: a school orders for whoever the roster says, and the hub follows the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import eck_id, open_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SCHOOL = "104A158"
AT_ONCE = {"leaver_grace_seconds": "0"}


async def test_who_joins_gets_it_who_leaves_loses_it_and_who_uses_it_keeps_it(
    start_chain: StartChain, tmp_path: Path
) -> None:
    async with start_chain(**AT_ONCE) as chain:
        await _import(chain, tmp_path, range(3))
        order = open_order(SCHOOL, BOOK, total_quantity=10, portals=("portaal",))
        await chain.sandbox("winkel", "POST", "order", order.request())
        await _shows(chain, order, lambda trace: _delivered(trace) == 3)
        await _confirmed(chain, {"processed": 1})

        await _import(chain, tmp_path, range(4))
        await _shows(chain, order, lambda trace: _delivered(trace) == 4)

        await chain.sandbox("uitgever", "POST", "activate", {"count": 1})
        await _shows(chain, order, lambda trace: trace["counts"]["inUse"] == 1)
        await _confirmed(chain, {"processed": 1, "licensed": 1})

        for _ in range(2):
            await _import(chain, tmp_path, (99,))
        await _shows(chain, order, lambda trace: _delivered(trace) == 1)
        statuses = await _statuses(chain, order, 5)
        assert sorted(statuses) == ["cancelled"] * 3 + ["entitled", "licensed"]

        await _import(chain, tmp_path, (*range(4), 99))
        await _shows(chain, order, lambda trace: _delivered(trace) == 4)
        await _confirmed(chain, {"processed": 1, "licensed": 1})


async def test_an_order_that_comes_before_the_roster_waits_for_it(
    start_chain: StartChain, tmp_path: Path
) -> None:
    async with start_chain(**AT_ONCE) as chain:
        groups = [{"groupId": "h4a"}, {"groupId": "h4b"}]
        order = open_order(SCHOOL, BOOK, "school-groups", portals=("portaal",), groups=groups)
        await chain.sandbox("winkel", "POST", "order", order.request())
        trace = await _shows(chain, order, lambda trace: bool(trace["waitingOn"]))
        assert [each["kind"] for each in trace["waitingOn"]] == ["roster"]

        lines = [(number, ("h4a", "h4b", "h5a")[number % 3]) for number in range(9)]
        _write(tmp_path, [f"{SCHOOL},{eck_id(number)},{group}" for number, group in lines])
        await chain.verb("roster", "import", str(tmp_path / "roster.csv"))
        await _shows(chain, order, lambda trace: _delivered(trace) == 6)
        await _confirmed(chain, {"processed": 1})

        unknown = open_order(SCHOOL, BOOK, "school-groups", groups=[{"groupId": "h6z"}])
        await chain.sandbox("winkel", "POST", "order", unknown.request())
        await _confirmed(chain, {"processed": 1, "refused": 1})


async def test_the_administration_of_the_school_is_followed(start_chain: StartChain) -> None:
    others = [("administratie", "administration")]
    async with start_chain(others=others, **AT_ONCE) as chain:
        wish = {"school": SCHOOL, "pupils": 4, "yearOf": "2026-09-01"}
        made = await chain.sandbox("administratie", "POST", "schools", wish)
        order = open_order(SCHOOL, BOOK, total_quantity=10, portals=("portaal",))
        await chain.sandbox("winkel", "POST", "order", order.request())
        await _shows(chain, order, lambda trace: bool(trace["waitingOn"]))
        await chain.verb(
            "roster", "follow", SCHOOL, "--from", "administratie", "--sector", "secondary"
        )
        await _shows(chain, order, lambda trace: _delivered(trace) == len(made["pupils"]))

        await chain.sandbox("administratie", "POST", "roster", {"school": SCHOOL, "enrol": 2})
        await chain.verb("roster", "pull", SCHOOL)
        await _shows(chain, order, lambda trace: _delivered(trace) == 6)

        await chain.sandbox("administratie", "POST", "roster", {"school": SCHOOL, "remove": [0]})
        for _ in range(2):
            await chain.verb("roster", "pull", SCHOOL)
        await _shows(chain, order, lambda trace: _delivered(trace) == 5)
        assert (await _statuses(chain, order, 6)).count("cancelled") == 1


def _delivered(trace: Any) -> int:  # noqa: ANN401 - JSON
    return int(trace["counts"]["linkPlaced"])


async def _import(chain: Chain, folder: Path, pupils: Iterable[int]) -> None:
    _write(folder, [f"{SCHOOL},{eck_id(number)}," for number in pupils])
    await chain.verb("roster", "import", str(folder / "roster.csv"))


def _write(folder: Path, lines: list[str]) -> None:
    head = "school,userMasterIdentifier,groups"
    (folder / "roster.csv").write_text("\n".join([head, *lines, ""]))


async def _shows(chain: Chain, order: Order, so: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    return await until(ask, lambda trace: bool(trace and so(trace)), seconds=60)


async def _statuses(chain: Chain, order: Order, count: int) -> list[str]:
    path = f"/entitlement/v1/entitlements/deliveryorder/{order.delivery_order_id}"

    async def ask() -> list[str]:
        found = await chain.get(path, "winkel", "shop")
        return [each["entitlementStatus"] for each in found]

    return list(await until(ask, lambda found: len(found) == count, seconds=30))


async def _confirmed(chain: Chain, expected: dict[str, int]) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    await until(ask, lambda confirmed: confirmed == expected, seconds=30)
