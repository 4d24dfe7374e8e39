"""Scenario 11: what the hub missed it finds by comparing, and what differs somebody gets to see."""

from __future__ import annotations

import signal
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain.calendar_days import AMSTERDAM
from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

REPORTED = "entitlement.initial-activation-reported"


async def test_an_activation_that_got_lost_while_the_hub_was_stopped_is_found(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain() as chain:
        order = await _delivered(chain, 3)
        chain.processes.signal("serve", signal.SIGKILL)
        lost = {"count": 1, "report": False, "usageDate": "2026-09-01"}
        await chain.sandbox("uitgever", "POST", "activate", lost)
        chain.start_hub("serve")
        await chain.ready()
        assert (await chain.trace(order.delivery_order_id))["status"] == "link-placed"

        asked = ("reconcile", "registry", "--order", str(order.delivery_order_id))
        assert _row(await chain.verb(*asked), "uitgever") == ["1", "3", "1", "0", "0", "0"]
        await _becomes(chain, order, "in-use")
        await _confirmed(chain, {"processed": 1, "licensed": 1})
        assert _row(await chain.verb(*asked), "uitgever") == ["1", "3", "0", "0", "0", "0"]
        taken = [data for _, _, topic, data in facts(database_url) if topic == REPORTED]
        assert [data["source"] for data in taken] == ["reconciled"]


async def test_the_night_finds_it_by_itself_however_often_it_is_killed(
    start_chain: StartChain, database_url: str
) -> None:
    by_day = datetime.now(AMSTERDAM) + timedelta(hours=12)
    night = {"reconcile_at": f"{by_day:%H:%M}", "worker_silence_seconds": "3"}
    async with start_chain(**night, apart=True) as chain:
        orders = [await _delivered(chain, 1, pupil) for pupil in range(6)]
        await chain.sandbox("uitgever", "POST", "activate", {"report": False})
        await chain.sandbox("uitgever", "PUT", "behaviour", {"latencySeconds": 1})
        for compared in (1, 3):
            _begin_the_night(chain)
            await _compared(chain, compared)
        _begin_the_night(chain)
        for order in orders:
            await _becomes(chain, order, "in-use")
        taken = [data for _, _, topic, data in facts(database_url) if topic == REPORTED]
        assert len(taken) == len(orders)
        report = await chain.verb("reconcile", "report")
        assert _row(report, "uitgever")[:4] == ["6", "6", "6", "0"]


async def test_what_differs_is_one_incident_and_stands_in_the_report(
    start_chain: StartChain,
) -> None:
    async with start_chain(overdue_seconds="1", apart=True) as chain:
        order = await _delivered(chain, 2)
        await _confirmed(chain, {"processed": 1})
        await chain.sandbox("uitgever", "POST", "usage", {"status": "blocked"})
        says = {"deliveryOrderId": str(order.delivery_order_id), "says": {"status": "cancelled"}}
        await chain.sandbox("winkel", "POST", "differ", says)

        assert _row(await chain.verb("reconcile", "registry"), "uitgever")[3:5] == ["2", "0"]
        assert _row(await chain.verb("reconcile", "shop"), "winkel")[3:5] == ["1", "0"]
        assert _row(await chain.verb("reconcile", "registry"), "uitgever")[3:5] == ["0", "2"]
        assert _row(await chain.verb("reconcile", "shop"), "winkel")[3:5] == ["0", "1"]
        differing = await chain.verb("reconcile", "differences")
        assert differing.count("status: here entitled, there blocked") == 2
        assert differing.count("cancelled-there: here processed, there cancelled") == 1
        assert await _incidents(chain, 2) == {"uitgever", "winkel"}


async def _incidents(chain: Chain, count: int) -> set[str]:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        found = await chain.get("/trace/v1/incidents")
        return [each["party"] for each in found if each["kind"] == "difference-found"]

    found = await until(ask, lambda parties: len(parties) == count, seconds=30, about="incidents")
    return set(found)


def _row(table: str, partner: str) -> list[str]:
    """The numbers beside a partner."""
    lines = [line.split() for line in table.splitlines()]
    return next(line[1:] for line in lines if line[:1] == [partner])


def _begin_the_night(chain: Chain) -> None:
    """Kill the worker, and start another when the night is on."""
    chain.processes.signal("work", signal.SIGKILL)
    began = datetime.now(AMSTERDAM) - timedelta(minutes=1)
    chain.processes.start(
        "work",
        "work",
        DATABASE_URL=chain.deployment.runtime_url,
        AANSPRAAK_RECONCILE_AT=f"{began:%H:%M}",
    )


async def _compared(chain: Chain, orders: int) -> None:
    """Wait until so many orders are compared with the registry."""

    async def ask() -> int:
        report = await chain.verb("reconcile", "report")
        return int(_row(report, "uitgever")[0]) if "uitgever" in report else 0

    await until(ask, lambda done: done >= orders, seconds=60, about="orders compared")


async def _delivered(chain: Chain, pupils: int, first: int = 0) -> Order:
    numbers = range(first, first + pupils)
    order = student_order("104A158", BOOK, numbers, portals=("portaal",))
    await chain.sandbox("winkel", "POST", "order", order.request())
    await _becomes(chain, order, "link-placed")
    return order


async def _becomes(chain: Chain, order: Order, status: str) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=60)


async def _confirmed(chain: Chain, expected: dict[str, int]) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    await until(ask, lambda confirmed: confirmed == expected, seconds=30)
