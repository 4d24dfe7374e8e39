"""Timelines and partners of track and trace; and what the verbs print of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from aanspraak.domain.calendar_days import AMSTERDAM
from tests.adapters.http_case import NOW, Hub
from tests.adapters.http_partners import BOOK, PORTAL, REGISTRY, ROLES, SHOP
from tests.adapters.http_stories import (
    CONFIRMATIONS,
    ORDERS,
    confirmation,
    eck,
    entitled,
    order,
    ordered,
)
from tests.adapters.numbers_case import trace
from tests.adapters.verb_case import run_verb

pytestmark = pytest.mark.anyio


async def test_an_entitlement_tells_its_story(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    told = await trace(hub, f"/entitlements/{asked.entitlement_id}/timeline")
    assert (told["status"], told["ended"]) == ("link-placed", False)
    assert [entry["what"] for entry in told["entries"]] == [
        "entitlement-created",
        "registry-requested",
        "entitled",
        "link-requested",
        "link-placed",
    ]
    assert told["entries"][-1]["text"] == f"{PORTAL} shows the link"


async def test_an_order_tells_its_story_and_that_of_its_entitlements(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011)
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)
    await hub.catch_up()
    told = await trace(hub, f"/orders/{asked.order_id}/timeline")
    first, *others = [entry["what"] for entry in told["entries"]]
    assert (first, others[:3]) == (
        "order-received",
        ["entitlement-created", "registry-requested", "registry-refused"],
    )
    assert {*others[3:]} == {"order-undelivered", "confirmation-issued", "incident-opened"}
    assert told["status"] == "action-needed"
    in_dutch = await trace(hub, f"/orders/{asked.order_id}/timeline?language=nl")
    assert "weigerde het (code 4011)" in in_dutch["entries"][3]["text"]


async def test_a_large_order_is_summed_up(hub: Hub) -> None:
    message = order(*[eck(number) for number in range(26)])
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    order_id = message["deliveryOrder"]["deliveryOrderId"]
    told = await trace(hub, f"/orders/{order_id}/timeline")
    assert [(entry["what"], entry.get("times", 1)) for entry in told["entries"]] == [
        ("order-received", 1),
        ("entitlement-created", 26),
        ("registry-requested", 26),
    ]


async def test_the_operator_sees_how_it_goes_with_every_partner(hub: Hub) -> None:
    await ordered(hub, eck(1))
    hub.clock.at = NOW + timedelta(days=3650)
    partners = {each["partner"]: each for each in await trace(hub, "/partners")}
    assert partners.keys() == ROLES.keys()
    assert (partners[REGISTRY]["open"], partners[PORTAL]["open"]) == (1, 0)
    assert partners[REGISTRY]["oldestOpenSeconds"] > 0


async def test_the_verbs_print_the_same(hub: Hub, tmp_path: Path) -> None:
    asked = await entitled(hub, eck(1))
    for given, expected in (
        (("trace", "order", str(asked.order_id)), [": set-ready", f"waiting for {PORTAL}", BOOK]),
        (
            ("trace", "entitlement", str(asked.entitlement_id), "--language", "nl"),
            [f"{REGISTRY} heeft het klaarstaan"],
        ),
        (
            ("history", str(asked.entitlement_id)),
            ["entitlement.link-requested", "by policies, because of fact/"],
        ),
        (
            ("history", str(asked.order_id), "--data"),
            [f'"shop":"{SHOP}"', "delivery-order.received"],
        ),
        (("history", BOOK), ["product.listed"]),
        (("rebuild", "policies"), ["policies rebuilt up to position"]),
    ):
        result = await run_verb(hub, tmp_path, *given)
        assert result.exit_code == 0, result.output
        for words in expected:
            assert words in result.output


async def test_history_tells_the_time_in_amsterdam_as_the_trace_does(
    hub: Hub, tmp_path: Path
) -> None:
    asked = await ordered(hub, eck(1))
    (received,) = await hub.facts("DeliveryOrderReceived")
    printed = (await run_verb(hub, tmp_path, "history", str(asked.order_id))).output
    assert f"{received.recorded_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S.%f}" in printed
    assert f"{received.recorded_at:%H:%M:%S.%f}" not in printed


@pytest.mark.parametrize(
    "given",
    [
        ("trace", "order", str(uuid4())),
        ("trace", "entitlement", str(uuid4())),
        ("history", "nobody"),
        ("rebuild", "gateway"),
    ],
)
async def test_a_verb_that_finds_nothing_says_so(
    hub: Hub, tmp_path: Path, given: tuple[str, ...]
) -> None:
    result = await run_verb(hub, tmp_path, *given)
    assert result.exit_code == 1
    assert given[-1] in result.output
