"""An order in, entitlements out to registry and portal, an activation back, status shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.sandbox.orders import (
    code_order,
    customer_order,
    eck_id,
    employee_order,
    student_order,
)
from tests.acceptance.conftest import BOOK, facts, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

PUPIL = 4711


@pytest.mark.pg15
async def test_from_order_to_activation(start_chain: StartChain, database_url: str) -> None:
    async with start_chain() as chain:
        order = student_order("104A158", BOOK, range(PUPIL, PUPIL + 3), portals=("portaal",))
        await _send(chain, order)
        await _becomes(chain, order, "link-placed")
        entitlements = await chain.get(
            f"/entitlement/v1/entitlements/deliveryorder/{order.delivery_order_id}",
            "winkel",
            "shop",
        )
        assert {each["entitlementStatus"] for each in entitlements} == {"entitled"}
        assert {each["urlStatuses"][0]["urlStatus"] for each in entitlements} == {"processed"}

        await chain.sandbox("uitgever", "POST", "activate", {"share": 1})
        trace = await _becomes(chain, order, "in-use")
        assert trace["deliveryOrderId"] == str(order.delivery_order_id)
        await _confirmed(chain, {"processed": 1, "licensed": 1})

        told = await chain.verb("trace", "order", str(order.delivery_order_id))
        assert "uitgever" in told
        history = await chain.verb("history", entitlements[0]["entitlementId"])
        assert "entitlement.initial-activation-reported" in history
        _nobody_is_named(database_url, chain)


async def test_every_individual_delivery_type_is_delivered(start_chain: StartChain) -> None:
    orders = (
        student_order("104A158", BOOK, range(2), portals=("portaal",)),
        employee_order("104A158", BOOK, ["docent@school.example"], portals=("portaal",)),
        code_order("104A158", BOOK, ["ABCDE-00001", "ABCDE-00002"]),
        customer_order(BOOK, 8, portals=("portaal",)),
    )
    async with start_chain() as chain:
        for order in orders:
            await _send(chain, order)
        for order in orders:
            expected = "link-placed" if order.portals else "set-ready"
            await _becomes(chain, order, expected)
        await _confirmed(chain, {"processed": len(orders)})


async def test_the_portal_is_never_asked_before_the_registry_is_ready(
    start_chain: StartChain, database_url: str
) -> None:
    async with start_chain(behaviour={"uitgever": {"delaySeconds": 1}}) as chain:
        order = student_order("104A158", BOOK, range(30), portals=("portaal",))
        await _send(chain, order)
        await _becomes(chain, order, "link-placed")
    ready = set()
    for stream, _version, topic, _data in facts(database_url):
        if topic == "entitlement.entitled":
            ready.add(stream)
        if topic == "entitlement.link-requested":
            assert stream in ready


async def test_a_registry_that_answers_twice_late_and_out_of_order(
    start_chain: StartChain,
) -> None:
    confused = {"times": 2, "delaySeconds": 0.2, "outOfOrderSeconds": 1}
    async with start_chain(behaviour={"uitgever": confused, "portaal": confused}) as chain:
        order = student_order("104A158", BOOK, range(60), portals=("portaal",))
        await _send(chain, order)
        await _becomes(chain, order, "link-placed")
        effects = await chain.sandbox("portaal", "GET", "effects")
        assert effects["effects"] == 60


async def test_a_refused_product_is_told_to_the_shop_and_opens_one_incident(
    start_chain: StartChain,
) -> None:
    refusing = {"refuseProducts": [BOOK], "refuseStatus": 4011}
    async with start_chain(behaviour={"uitgever": refusing}) as chain:
        order = student_order("104A158", BOOK, range(5), portals=("portaal",))
        await _send(chain, order)
        await _becomes(chain, order, "action-needed")
        await _confirmed(chain, {"refused": 1})
        incident = await _the_only_incident(chain, concerned=5)
    assert incident["party"] == "uitgever"
    assert (incident["kind"], incident["code"]) == ("registry-refused", 4011)
    assert incident["deliveryOrderId"] == str(order.delivery_order_id)


async def _the_only_incident(chain: Chain, *, concerned: int) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.get("/trace/v1/incidents")

    def complete(incidents: Any) -> bool:  # noqa: ANN401 - JSON
        return bool(incidents) and incidents[0]["concerned"] == concerned

    (incident,) = await until(ask, complete, seconds=30, about="the incident")
    return incident


async def _send(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())


async def _becomes(chain: Chain, order: Order, status: str) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.trace(order.delivery_order_id)

    return await until(ask, lambda trace: bool(trace and trace["status"] == status), seconds=60)


async def _confirmed(chain: Chain, expected: dict[str, int]) -> None:
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return (await chain.sandbox("winkel", "GET", "effects"))["confirmed"]

    await until(ask, lambda confirmed: confirmed == expected, seconds=30)


def _nobody_is_named(url: str, chain: Chain) -> None:
    """The pupil's ECK iD lies in no table and no log, in no form that can be read."""
    known = eck_id(PUPIL)
    secret = known.rsplit("/", 1)[1].encode()
    for log in (chain.deployment.folder / "logs").iterdir():
        if log.name.startswith(("shop", "registry", "portal")):
            continue
        assert secret not in log.read_bytes(), log.name
    with psycopg.connect(url) as conn:
        tables = conn.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert ("log", "stored_events") in tables
        for schema, table in tables:
            copy = SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(
                Identifier(schema, table)
            )
            with conn.cursor().copy(copy) as dump:
                assert secret not in b"".join(dump), f"{schema}.{table}"
