"""/trace/v1/activations, /contracts/{id}/report and /forecasts: numbers that add up."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import (
    BOOK,
    DASHBOARD,
    OTHER_BOOK,
    OTHER_PORTAL,
    OTHER_REGISTRY,
    OTHER_SHOP,
    PORTAL,
    REGISTRY,
    SHOP,
)
from tests.adapters.http_stories import Ordered, eck, entitled, ordered
from tests.adapters.numbers_case import operated, traced, used

pytestmark = pytest.mark.anyio

CONTRACT = "C-1"
SCHOOL_YEAR = "from=2026-08-01&to=2027-07-31"
REPORT = f"/contracts/{CONTRACT}/report?{SCHOOL_YEAR}"


async def _story(hub: Hub) -> list[Ordered]:
    """Three orders under a contract: one ready, two in use since different days."""
    students = [eck(1), eck(2), eck(3)]
    orders = [await entitled(hub, each, contractId=CONTRACT) for each in students]
    await used(hub, orders[1], students[1], "2026-08-24")
    await used(hub, orders[2], students[2], "2026-09-02")
    return orders


@pytest.mark.parametrize(
    "which",
    [
        f"productId={BOOK}",
        f"contractId={CONTRACT}",
        "orgMasterId=104A158",
        f"orgMasterId=104A158&contractId={CONTRACT}&productId={BOOK}",
    ],
)
async def test_counts_by_product_contract_and_school(hub: Hub, which: str) -> None:
    await _story(hub)
    counts = (await traced(hub, f"/activations?{which}&from=2026-09-01")).json
    assert counts == {
        "periodFrom": "2026-09-01",
        "orders": 3,
        "ordered": 3,
        "entitlements": 3,
        "activated": 2,
        "activatedInPeriod": 1,
        "days": [{"day": "2026-09-02", "activated": 1}],
    }
    until = (await traced(hub, f"/activations?{which}&to=2026-09-01")).json
    assert until["days"] == [{"day": "2026-08-24", "activated": 1}]


async def test_counts_of_one_order_and_of_none(hub: Hub) -> None:
    _, order, _ = await _story(hub)
    counts = (await traced(hub, f"/activations?deliveryOrderId={order.order_id}")).json
    assert (counts["ordered"], counts["activated"]) == (1, 1)
    other = (await traced(hub, f"/activations?productId={OTHER_BOOK}")).json
    assert (other["orders"], other["activated"], other["days"]) == (0, 0, [])
    unknown = await traced(hub, "/activations?orgId=none&orgIdType=OIE_CODE")
    assert unknown.json["orders"] == 0


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, 11),
        ("?from=2026-09-01", 400, 11),
        ("?productId=1&from=2026-09-02&to=2026-09-01", 400, 11),
        ("?orgId=1", 400, 11),
        ("?deliveryOrderId=5d1f6f5e-8a53-4c0e-9b0a-3d6c1a0f7e21", 404, 4140),
    ],
)
async def test_counts_of_nothing_in_particular_are_not_given(
    hub: Hub, query: str, status: int, code: int
) -> None:
    answer = await traced(hub, f"/activations{query}")
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("partner", "seen"),
    [
        (SHOP, 3),
        (REGISTRY, 3),
        (PORTAL, 3),
        (OTHER_SHOP, 0),
        (OTHER_REGISTRY, 0),
        (OTHER_PORTAL, 0),
        (DASHBOARD, 0),
    ],
)
async def test_everybody_counts_what_is_their_own(hub: Hub, partner: str, seen: int) -> None:
    orders = await _story(hub)
    counts = (await traced(hub, f"/activations?contractId={CONTRACT}", partner)).json
    assert (counts["orders"], counts["activated"]) == (seen, min(seen, 2))
    report = (await traced(hub, REPORT, partner)).json
    assert len(report["orders"]) == report["totals"]["orders"] == seen
    shops = {order.get("shop") for order in report["orders"]}
    assert shops <= ({SHOP} if partner == SHOP else {None})
    one = await traced(hub, f"/activations?deliveryOrderId={orders[0].order_id}", partner)
    assert one.status == (200 if seen else 404)


async def test_a_school_that_consents_is_counted_for_its_dashboard_and_portal(hub: Hub) -> None:
    await _story(hub)
    await hub.consent(DASHBOARD)
    await hub.consent(PORTAL, revoked=True)
    await hub.catch_up()
    of_school = f"/activations?orgMasterId=104A158&contractId={CONTRACT}"
    assert (await traced(hub, of_school, DASHBOARD)).json["activated"] == 2
    assert len((await traced(hub, REPORT, DASHBOARD)).json["orders"]) == 3
    assert (await traced(hub, of_school, PORTAL)).json["orders"] == 0
    assert (await traced(hub, REPORT, PORTAL)).json["orders"] == []


async def test_a_report_has_a_line_per_order_and_adds_up(hub: Hub) -> None:
    orders = await _story(hub)
    waiting = await ordered(hub, eck(4), contractId=CONTRACT)
    await hub.catch_up()
    report = (await traced(hub, REPORT)).json
    assert (report["contractId"], report["asOf"]) == (CONTRACT, "2026-08-24T09:00:00Z")
    lines = {line["deliveryOrderId"]: line for line in report["orders"]}
    assert lines.keys() == {str(each.order_id) for each in [*orders, waiting]}
    in_use = lines[str(orders[1].order_id)]
    assert (in_use["orderStatus"], in_use["school"]) == ("licensed", "104A158")
    assert in_use["numbers"] == _numbers(entitled=1, activated=1, activatedInPeriod=1)
    assert lines[str(waiting.order_id)]["numbers"] == _numbers(created=1)
    expected = {name: 4 * number for name, number in _numbers().items()}
    expected |= {"created": 1, "entitled": 3, "activated": 2, "activatedInPeriod": 2}
    assert report["totals"] == {"orders": 4, "numbers": expected}
    assert report["products"] == [{"productId": BOOK, "orders": 4, "numbers": expected}]


async def test_a_period_has_what_could_be_used_in_it_or_was(hub: Hub) -> None:
    await _story(hub)

    async def totals(period: str) -> tuple[int, int]:
        report = (await traced(hub, f"/contracts/{CONTRACT}/report?{period}")).json
        return report["totals"]["orders"], report["totals"]["numbers"]["activatedInPeriod"]

    assert await totals("from=2026-08-01&to=2026-08-31") == (3, 1)
    assert await totals("from=2026-09-01&to=2026-09-30") == (3, 1)
    assert await totals("from=2020-08-01&to=2021-07-31") == (0, 0)
    answer = await traced(hub, f"/contracts/{CONTRACT}/report?from=2026-09-01&to=2026-08-01")
    assert (answer.status, answer.code) == (400, 11)


async def test_the_same_report_as_csv(hub: Hub) -> None:
    formula = "=HYPERLINK(1)"
    await ordered(hub, eck(1), contractId=formula)
    await hub.catch_up()
    answer = await traced(hub, f"/contracts/{formula}/report?{SCHOOL_YEAR}&format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(StringIO(answer.body.decode(), newline=""))
    order, product, total = (dict(zip(header, row, strict=True)) for row in rows)
    assert [row["line"] for row in (order, product, total)] == ["order", "product", "total"]
    assert order["contractId"] == "'=HYPERLINK(1)"
    assert (order["productId"], product["productId"], total["productId"]) == (BOOK, BOOK, "")
    assert [row["ordered"] for row in (order, product, total)] == ["1", "1", "1"]
    assert order["receivedOn"] >= "2026-01-01"


async def test_a_forecast_stands_beside_what_became_of_it(hub: Hub) -> None:
    await _story(hub)
    forecast = {
        "organisationMasterIdentifier": "104A158",
        "productId": BOOK,
        "periodFrom": "2026-08-01",
        "periodUntil": "2026-08-31",
        "expected": 5,
    }
    later = {**forecast, "periodFrom": "2026-09-01", "periodUntil": "2026-09-30"}
    strange = {**forecast, "productId": OTHER_BOOK}
    body = {"forecasts": [forecast, later, strange]}
    assert (await operated(hub, "PUT", "/forecasts", body)).status == 200
    await hub.catch_up()
    august, september, never = (await traced(hub, "/forecasts?orgMasterId=104A158")).json
    assert _outcome(august) == (5, 3, 1)
    assert _outcome(september) == (5, 0, 1)
    assert _outcome(never) == (5, 0, 0)
    of_contract = (await traced(hub, f"/forecasts?contractId={CONTRACT}")).json
    assert of_contract == [august, september]
    assert (await traced(hub, f"/forecasts?productId={OTHER_BOOK}")).json == [never]
    assert (await traced(hub, "/forecasts", REGISTRY)).json == [august, september]
    assert (await traced(hub, "/forecasts", OTHER_SHOP)).json == []


def _outcome(forecast: dict[str, Any]) -> tuple[int, int, int]:
    return forecast["expected"], forecast["ordered"], forecast["activated"]


def _numbers(**changed: int) -> dict[str, int]:
    """Those of an order for one user."""
    return {
        "ordered": 1,
        "orderedCancelled": 0,
        "entitlements": 1,
        "created": 0,
        "entitled": 0,
        "blocked": 0,
        "cancelled": 0,
        "activated": 0,
        "activatedInPeriod": 0,
        "overQuantity": 0,
        **changed,
    }
