"""One story with every message in it that the hub and its partners exchange, judged."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.sandbox.chain import Chain, SandboxPartner
from adapters.sandbox.deployment import free_port, prepare
from adapters.sandbox.orders import (
    code_order,
    customer_order,
    employee_order,
    product,
    student_order,
)
from tests.acceptance.conftest import BOOK, QUICK, until
from tests.conformance.judge import operation_of
from tests.conformance.official import HERE, SPEC
from tests.conformance.recorded_chain import recorded_chain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.sandbox.orders import Order
    from tests.conformance.relay import Record

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not HERE, reason=f"the official texts are not at {SPEC}"),
]

PARTNERS = (("winkel", "shop"), ("uitgever", "registry"), ("portaal", "portal"))
CONTRACT = "RC-2026-18"
SAID = {
    "PUT /deliveryorders",
    "PUT /deliveryorders/confirmations",
    "PUT /entitlements",
    "PUT /entitlements/confirmations",
    "PUT /usage/activation",
    "GET /entitlements/{id}",
    "GET /entitlements/deliveryorder/{id}",
    "GET /entitlements/school",
    "GET /entitlements/contracts/{id}",
    "GET /usage/contracts/{id}",
    "PUT /activationcodes",
    "PUT /activationcodes/confirmations",
    "PUT /activationcodes/revoke",
    "PUT /activationcodes/revoke/confirmations",
}
"""What must have been said in this story; what else is said is judged too."""


async def test_every_exchange_conforms_to_the_official_texts(
    database_url: str, tmp_path: Path
) -> None:
    async with _started(database_url, tmp_path) as (chain, record):
        await _codes(chain)
        orders = (
            student_order("104A158", BOOK, range(3), portals=("portaal",), contract_id=CONTRACT),
            employee_order("104A158", BOOK, ["docent-1"], portals=("portaal",)),
            code_order("104A158", BOOK, ["ABCDE-00001"]),
            customer_order(BOOK, 8),
        )
        for order in orders:
            await chain.sandbox("winkel", "POST", "order", order.request())
        for order in orders:
            await _becomes(chain, order, "link-placed" if order.portals else "set-ready")
        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})
        for order in orders:
            await _becomes(chain, order, "in-use")
        await _reads(chain, orders[0])
        said = {
            operation.name
            for one in record.exchanges
            if (operation := operation_of(one.method, one.path.partition("?")[0]))
        }
    assert record.faults() == {}
    assert said >= SAID


@asynccontextmanager
async def _started(url: str, folder: Path) -> AsyncIterator[tuple[Chain, Record]]:
    partners = [
        SandboxPartner(partner=name, role=role, codes=role == "registry") for name, role in PARTNERS
    ]
    deployment = prepare(folder, url, free_port(), **QUICK)
    async with recorded_chain(deployment, partners) as (chain, record):
        await chain.register([product(BOOK, "uitgever", "Getal & Ruimte")])
        await chain.start()
        yield chain, record


async def _codes(chain: Chain) -> None:
    asked = await chain.verb("codes", "request", BOOK, "--quantity", "2", "--contract", CONTRACT)
    assert "asked" in asked
    await until(lambda: chain.operate("GET", "/codes/stock"), lambda stock: _count(stock, "unused"))
    body = {"productId": BOOK, "quantity": 1, "requestId": str(uuid4())}
    order = {"deliveryOrderId": str(uuid4())}
    taken = await chain.operate("POST", "/codes/take", {**body, **order})
    revoked = {"productId": BOOK, "activationCodes": taken["activationCodes"]}
    await chain.operate("POST", "/codes/revoke", revoked)
    await until(
        lambda: chain.operate("GET", "/codes/stock"), lambda stock: _count(stock, "revoked")
    )


def _count(stock: Any, name: str) -> bool:  # noqa: ANN401 - JSON
    return bool(stock and stock[0][name])


async def _reads(chain: Chain, order: Order) -> None:
    base = "/entitlement/v1/entitlements"
    listed = await chain.get(f"{base}/deliveryorder/{order.delivery_order_id}", "winkel", "shop")
    for partner, role in PARTNERS:
        await chain.get(f"{base}/{listed[0]['entitlementId']}", partner, role)
    await chain.get(f"{base}/contracts/{CONTRACT}", "uitgever", "registry")
    await chain.get(f"{base}/school?orgMasterId=104A158", "portaal", "portal")
    await chain.get(f"/trace/v1/usage/contracts/{CONTRACT}")


async def _becomes(chain: Chain, order: Order, status: str) -> None:
    await until(
        lambda: chain.trace(order.delivery_order_id),
        lambda trace: bool(trace and trace["status"] == status),
        seconds=60,
        about=status,
    )
