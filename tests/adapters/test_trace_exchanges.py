"""What a partner was told, when, and what it answered; and what was sent in an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from adapters.postgres.attempts import Attempt, add_attempts
from adapters.postgres.connection import connect
from adapters.postgres.publisher import messages_of
from tests.adapters.http_case import NOW, Hub
from tests.adapters.http_partners import OTHER_PORTAL, OTHER_SHOP, PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import CONFIRMATIONS, Ordered, confirmation, eck, entitled
from tests.adapters.numbers_case import trace, traced
from tests.adapters.vault_case import keys

pytestmark = pytest.mark.anyio

HOUR = {"from": NOW - timedelta(minutes=30), "to": NOW + timedelta(minutes=30)}


async def test_an_exchange_shows_what_was_asked_when_it_was_tried_and_what_was_answered(
    hub: Hub,
) -> None:
    asked = await _placed(hub)
    (link,) = (
        await trace(hub, f"/entitlements/{asked.entitlement_id}/exchanges?partner={PORTAL}")
    )["exchanges"]
    assert (link["kind"], link["asked"], link["number"]) == ("link", "initialized", 1)
    assert (link["about"], link["deliveryOrderId"]) == ("entitlement", str(asked.order_id))
    assert [(each["what"], each["status"]) for each in link["replies"]] == [
        ("link-placed", "processed")
    ]
    assert [(each["outcome"], each.get("error")) for each in link["attempts"]] == [
        ("failed", "timeout"),
        ("rejected", None),
    ]
    shown = await trace(hub, f"/exchanges/{link['exchangeId']}")
    assert shown["exchange"] == link
    assert shown["message"]["entitlementReferenceId"] == asked.to_portal
    assert "userMasterIdentifier" not in str(shown["message"])
    assert shown["said"] == "not today"


async def test_an_exchange_is_shown_as_it_stood(hub: Hub) -> None:
    asked = await _placed(hub)
    (placed,) = await hub.facts("LinkPlaced")
    path = f"/entitlements/{asked.entitlement_id}/exchanges?asOf="
    then = await trace(hub, f"{path}{placed.position - 1}")
    assert then["asOf"]["position"] == placed.position - 1
    assert [each.get("replies", []) for each in then["exchanges"] if each["kind"] == "link"] == [[]]
    exchange_id = then["exchanges"][-1]["exchangeId"]
    alone = await trace(hub, f"/exchanges/{exchange_id}?asOf={placed.position - 1}")
    assert alone["exchange"] == then["exchanges"][-1]
    assert (await traced(hub, f"/exchanges/{exchange_id}?asOf={exchange_id - 1}")).status == 404


async def test_a_partner_sees_its_own_exchanges(hub: Hub) -> None:
    asked = await _placed(hub)
    path = f"/entitlements/{asked.entitlement_id}/exchanges"
    everybodys = (await trace(hub, path))["exchanges"]
    assert {each["partner"] for each in everybodys} == {REGISTRY, PORTAL}
    for partner in (REGISTRY, PORTAL):
        own = (await trace(hub, path, partner))["exchanges"]
        assert {each["partner"] for each in own} == {partner}
        (exchange,) = own
        for other, status in ((partner, 200), (OTHER_SHOP, 404), (OTHER_PORTAL, 404)):
            seen = await traced(hub, f"/exchanges/{exchange['exchangeId']}", other)
            assert seen.status == status
    assert (await trace(hub, path, SHOP))["exchanges"] == everybodys
    assert (await traced(hub, path, OTHER_SHOP)).status == 404
    told = await trace(hub, f"/exchanges/{everybodys[-1]['exchangeId']}", PORTAL)
    assert "said" not in told


async def test_what_was_sent_to_a_partner_between_two_moments_comes_in_pages(hub: Hub) -> None:
    await _placed(hub)
    whole = await _sent(hub, PORTAL, HOUR)
    assert [each["attempt"]["outcome"] for each in whole] == ["failed", "rejected"]
    assert {each["exchange"]["kind"] for each in whole} == {"link"}
    later = {"from": NOW, "to": NOW + timedelta(minutes=30)}
    assert await _sent(hub, PORTAL, later) == whole[1:]
    assert await _sent(hub, PORTAL, {"from": NOW - timedelta(minutes=30), "to": NOW}) == whole[:1]
    answer = await traced(hub, _window(PORTAL, HOUR) + "&limit=1")
    assert answer.json == whole[:1]
    following = answer.headers["Link"].removeprefix("</trace/v1").partition(">")[0]
    last = await traced(hub, following)
    assert last.json == whole[1:]
    assert "Link" not in last.headers


async def test_what_was_sent_to_another_partner_is_not_there(hub: Hub) -> None:
    await _placed(hub)
    assert len(await _sent(hub, PORTAL, HOUR, PORTAL)) == 2
    assert await _sent(hub, PORTAL, HOUR, OTHER_PORTAL) == []
    assert await _sent(hub, "nobody", HOUR) == []


async def test_of_a_school_that_does_not_consent_a_portal_sees_nothing(hub: Hub) -> None:
    asked = await _placed(hub)
    (link,) = (
        await trace(hub, f"/entitlements/{asked.entitlement_id}/exchanges?partner={PORTAL}")
    )["exchanges"]
    await hub.consent(PORTAL, revoked=True)
    assert await _sent(hub, PORTAL, HOUR, PORTAL) == []
    alone = await traced(hub, f"/exchanges/{link['exchangeId']}", PORTAL)
    assert (alone.status, alone.code) == (403, 22)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("from=2026-08-24T09:00&to=2026-08-24T10:00Z", "from"),
        ("from=2026-08-24T09:00Z&to=2026-08-24T09:00Z", "to"),
        ("from=2026-01-01T09:00Z&to=2026-08-24T09:00Z", "to"),
        ("from=2026-08-24T09:00Z&to=2026-08-24T10:00Z&after=soon", "after"),
        ("from=2026-08-24T09:00Z&to=2026-08-24T10:00Z&asOf=soon", "asOf"),
    ],
)
async def test_what_is_no_stretch_of_time_is_refused_naming_the_field(
    hub: Hub, given: str, field: str
) -> None:
    answer = await traced(hub, f"/partners/{PORTAL}/exchanges?{given}")
    assert (answer.status, answer.code) == (400, 11)
    assert field in answer.json["statusMessage"]


async def test_the_shop_sees_the_confirmations_of_its_order(hub: Hub) -> None:
    asked = await _placed(hub)
    path = f"/orders/{asked.order_id}/exchanges"
    (told,) = (await trace(hub, path, SHOP))["exchanges"]
    assert (told["kind"], told["asked"], told["partner"]) == ("confirmation", "processed", SHOP)
    shown = await trace(hub, f"/exchanges/{told['exchangeId']}", SHOP)
    assert shown["message"]["newStatus"] == "processed"


async def _placed(hub: Hub) -> Ordered:
    """A link that was placed after two attempts at asking for it, at NOW or before."""
    asked = await entitled(hub, eck(1))
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    async with await connect(hub.url, "test") as conn:
        (link,) = await messages_of(conn, await hub.facts("LinkRequested"))
        before = Attempt(
            at=NOW - timedelta(minutes=5), message=link, outcome="failed", error="timeout"
        )
        answered = Attempt(
            at=NOW, message=link, outcome="rejected", http_status=422, answer=b"not today"
        )
        await add_attempts(conn, keys().cipher, [before, answered])
    return asked


def _window(partner: str, stretch: dict[str, Any]) -> str:
    given = "&".join(f"{name}={quote(at.isoformat())}" for name, at in stretch.items())
    return f"/partners/{partner}/exchanges?{given}"


async def _sent(hub: Hub, partner: str, stretch: dict[str, Any], viewer: str = "") -> list[Any]:
    return list(await trace(hub, _window(partner, stretch), viewer))
