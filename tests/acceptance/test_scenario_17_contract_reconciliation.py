"""Scenario 17: what a contract came to, so that a finance person can check every number."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import product, student_order
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

CONTRACT, OTHER_CONTRACT = "C-17", "C-18"
OTHER_BOOK = "9789006100020"
BOOKS = (product(BOOK, "uitgever", "Getal & Ruimte"), product(OTHER_BOOK, "uitgever", "Chemie"))
YEAR = ("2026-08-01", "2027-07-31")
REPORT = f"/trace/v1/contracts/{CONTRACT}/report?from={YEAR[0]}&to={YEAR[1]}"


async def test_the_report_reconciles_with_the_log_in_every_form(
    start_chain: StartChain, database_url: str
) -> None:
    orders = (
        _order(BOOK, range(4)),
        _order(OTHER_BOOK, range(2)),
        _order(BOOK, range(10, 13)),
        _order(BOOK, range(20, 22), contract_id=OTHER_CONTRACT),
    )
    async with start_chain(products=BOOKS) as chain:
        await _delivered(chain, orders)
        await _activate(chain, orders[0], 3)
        await _activate(chain, orders[1], 1)
        await _cancel(chain, orders[2])
        report = await until(
            lambda: chain.get(REPORT),
            lambda each: _main(each["totals"]["numbers"]) == (9, 9, 4, 3),
            seconds=60,
        )
        assert {line["deliveryOrderId"]: _main(line["numbers"]) for line in report["orders"]} == (
            _from_the_log(database_url)
        )
        assert [(each["productId"], _main(each["numbers"])) for each in report["products"]] == [
            (BOOK, (7, 7, 3, 3)),
            (OTHER_BOOK, (2, 2, 1, 0)),
        ]
        _adds_up(report)
        await _the_same_as_csv(chain, report)
        await _partners_see_their_part(chain)


async def _delivered(chain: Chain, orders: tuple[Order, ...]) -> None:
    for order in orders:
        await chain.sandbox("winkel", "POST", "order", order.request())
    for order in orders:
        await until(
            lambda order=order: chain.trace(order.delivery_order_id),  # type: ignore[misc] # bound
            lambda trace: bool(trace and trace["status"] == "link-placed"),
            seconds=60,
        )


async def _activate(chain: Chain, order: Order, count: int) -> None:
    which = {"deliveryOrderId": str(order.delivery_order_id), "count": count}
    await chain.sandbox("uitgever", "POST", "activate", which)


async def _cancel(chain: Chain, order: Order) -> None:
    request = order.request("cancelled")
    message: Any = request["deliveryOrder"]
    message["endDate"] = YEAR[1]
    again = {**request, "deliveryOrderReferenceId": str(order.delivery_order_id)}
    await chain.sandbox("winkel", "POST", "order", again)


def _from_the_log(url: str) -> dict[str, tuple[int, int, int, int]]:
    """Per order of the contract: users named, entitlements made, used first, cancelled."""
    ordered: dict[str, int] = {}
    made: dict[Any, str] = {}
    used: Counter[str] = Counter()
    cancelled: Counter[str] = Counter()
    for stream, _version, topic, data in facts(url):
        if topic == "delivery-order.received" and data["contract_id"] == CONTRACT:
            ordered[data["delivery_order_id"]] = data["users_count"]
        if topic == "entitlement.created":
            made[stream] = data["delivery_order_id"]
        if topic == "entitlement.initial-activation-reported" and data["first"]:
            used[made[stream]] += 1
        if topic == "entitlement.cancelled":
            cancelled[made[stream]] += 1
    entitlements = Counter(made.values())
    return {
        order: (count, entitlements[order], used[order], cancelled[order])
        for order, count in ordered.items()
    }


async def _the_same_as_csv(chain: Chain, report: Any) -> None:  # noqa: ANN401 - JSON
    text = await chain.verb("report", "contract", CONTRACT, "--from", YEAR[0], "--to", YEAR[1])
    rows = list(csv.DictReader(StringIO(text, newline="")))
    lines = {row["deliveryOrderId"]: row for row in rows if row["line"] == "order"}
    for line in report["orders"]:
        row = lines.pop(line["deliveryOrderId"])
        assert {name: int(row[name]) for name in line["numbers"]} == line["numbers"]
        assert (row["productId"], row["shop"]) == (line["productId"], "winkel")
    assert lines == {}
    (total,) = [row for row in rows if row["line"] == "total"]
    numbers = report["totals"]["numbers"]
    assert {name: int(total[name]) for name in numbers} == numbers


async def _partners_see_their_part(chain: Chain) -> None:
    of_shop = await chain.get(REPORT, "winkel", "shop")
    assert of_shop["totals"]["orders"] == 3
    assert (await chain.get(REPORT, "andere-winkel", "shop"))["orders"] == []
    of_registry = await chain.get(REPORT, "uitgever", "registry")
    assert of_registry["totals"]["numbers"] == of_shop["totals"]["numbers"]
    assert {line.get("shop") for line in of_registry["orders"]} == {None}
    which = f"contractId={CONTRACT}&productId={BOOK}"
    counts = await chain.get(f"/trace/v1/activations?{which}", "winkel", "shop")
    assert (counts["orders"], counts["ordered"], counts["activated"]) == (1, 4, 3)
    assert sum(day["activated"] for day in counts["days"]) == 3


def _adds_up(report: Any) -> None:  # noqa: ANN401 - JSON
    """Line by line, and the lines together."""
    for part in (*report["orders"], *report["products"], report["totals"]):
        numbers = part["numbers"]
        states = ("created", "entitled", "blocked", "cancelled")
        assert sum(numbers[state] for state in states) == numbers["entitlements"]
        assert numbers["activatedInPeriod"] == numbers["activated"] <= numbers["ordered"]
    for name, number in report["totals"]["numbers"].items():
        assert number == sum(line["numbers"][name] for line in report["orders"])
    cancelled = [each for each in report["orders"] if each["orderStatus"] == "cancelled"]
    assert [each["numbers"]["orderedCancelled"] for each in cancelled] == [3]


def _main(numbers: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - JSON
    names = ("ordered", "entitlements", "activated", "cancelled")
    ordered, made, used, cancelled = (numbers[name] for name in names)
    return ordered, made, used, cancelled


def _order(book: str, pupils: range, *, contract_id: str = CONTRACT) -> Order:
    return student_order("104A158", book, pupils, portals=("portaal",), contract_id=contract_id)
