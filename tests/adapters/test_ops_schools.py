"""/ops/v1/schools/{school}/portals: counted, changed, seen; and partners see what is theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.http_partners import OTHER_PORTAL, PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import (
    CONFIRMATIONS,
    ENTITLEMENTS,
    confirmation,
    eck,
    entitled,
    ordered,
)
from tests.adapters.numbers_case import operated, placed, traced, used
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from tests.adapters.http_case import Answer, Hub

pytestmark = pytest.mark.anyio

HERE = SCHOOL["organisationMasterIdentifier"]
SWAP = {"portal": PORTAL, "newPortal": OTHER_PORTAL}


async def _ask(hub: Hub, what: str, body: dict[str, Any], school: str = HERE) -> Answer:
    answer = await operated(hub, "POST", f"/schools/{school}/portals/{what}", body)
    await hub.catch_up()
    return answer


async def _links(hub: Hub) -> list[tuple[str, str]]:
    facts: list[Any] = [fact.event for fact in await hub.facts("LinkRequested")]
    return [(event.portal, event.url_status) for event in facts]


async def test_a_dry_run_counts_what_would_move_and_moves_nothing(hub: Hub) -> None:
    await placed(hub, await entitled(hub, eck(1)))
    in_use = await entitled(hub, eck(2))
    await used(hub, in_use, eck(2), "2026-08-24")
    await ordered(hub, eck(3))
    await entitled(hub, eck(4), portals=[PORTAL, OTHER_PORTAL])
    await ordered(hub, eck(5), portals=[])
    before = len(await hub.facts())
    planned = (await _ask(hub, "replace", {**SWAP, "dryRun": True})).json
    assert planned == {
        "outcome": "planned",
        "entitlements": 5,
        "touched": 4,
        "orders": 4,
        "linksRequested": 2,
        "waiting": 1,
        "linksWithdrawn": 3,
        "consented": True,
    }
    added = (await _ask(hub, "add", {"portal": OTHER_PORTAL, "dryRun": True})).json
    assert (added["touched"], added["linksRequested"], added["waiting"]) == (4, 2, 2)
    removed = (await _ask(hub, "remove", {"portal": PORTAL, "dryRun": True})).json
    assert (removed["touched"], removed["linksWithdrawn"]) == (4, 3)
    assert "consented" not in removed
    assert len(await hub.facts()) == before


async def test_a_portal_without_the_consent_of_the_school_is_told_of_it(hub: Hub) -> None:
    await entitled(hub, eck(1))
    await hub.consent(OTHER_PORTAL, revoked=True)
    for outcome, dry in (("planned", True), ("changed", False)):
        answer = (await _ask(hub, "add", {"portal": OTHER_PORTAL, "dryRun": dry})).json
        assert (answer["outcome"], answer["consented"]) == (outcome, False)


async def test_what_was_planned_is_what_happens_signed_and_with_a_reason(hub: Hub) -> None:
    await entitled(hub, eck(1))
    planned = (await _ask(hub, "replace", {**SWAP, "dryRun": True})).json
    changed = (await _ask(hub, "replace", SWAP)).json
    assert changed == {**planned, "outcome": "changed"}
    (decided,) = await hub.facts("PortalReplaced")
    event: Any = decided.event
    assert decided.actor.startswith("operator:")
    assert await hub.services.vault.read_text(event.reason_id) == "as agreed by telephone"
    links = await _links(hub)
    assert links[1:] == [(OTHER_PORTAL, "initialized"), (PORTAL, "cancelled")]
    again = (await _ask(hub, "replace", SWAP)).json
    assert (again["outcome"], again["touched"]) == ("unchanged", 0)
    assert await _links(hub) == links


async def test_the_new_portal_confirms_and_everybody_sees_where_it_is(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await placed(hub, asked)
    await _ask(hub, "replace", SWAP)
    *_, to_new = [
        one.event
        for one in await hub.facts("LinkRequested")
        if one.event.portal == OTHER_PORTAL  # type: ignore[attr-defined]
    ]
    reference: Any = to_new
    there = replace(asked, to_portal=str(reference.reference_id))
    says = confirmation(there, newUrlStatus={"portal": OTHER_PORTAL, "urlStatus": "processed"})
    assert (await hub.call(OTHER_PORTAL, "PUT", CONFIRMATIONS, says)).status == 202
    await hub.catch_up()
    path = f"{ENTITLEMENTS}/{asked.entitlement_id}"
    shown = (await hub.call(SHOP, "GET", path)).json
    assert shown["urlStatuses"] == [{"portal": OTHER_PORTAL, "urlStatus": "processed"}]
    assert (await hub.call(PORTAL, "GET", path)).status == 404
    assert (await traced(hub, f"/orders/{asked.order_id}", PORTAL)).status == 404
    timeline = (await traced(hub, f"/orders/{asked.order_id}/timeline")).json
    assert "portals-changed" in {entry["what"] for entry in timeline["entries"]}


async def test_the_old_portal_still_says_that_the_link_is_gone(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await placed(hub, asked)
    await _ask(hub, "remove", {"portal": PORTAL})
    gone: Any = (await hub.facts("LinkRequested"))[-1].event
    there = replace(asked, to_portal=str(gone.reference_id))
    says = confirmation(there, newUrlStatus={"portal": PORTAL, "urlStatus": "cancelled"})
    assert (await hub.call(PORTAL, "PUT", CONFIRMATIONS, says)).status == 202
    assert len(await hub.facts("LinkWithdrawn")) == 1


async def test_a_portal_that_was_not_asked_confirms_nothing(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    says = confirmation(asked, newUrlStatus={"portal": OTHER_PORTAL, "urlStatus": "processed"})
    assert (await hub.call(OTHER_PORTAL, "PUT", CONFIRMATIONS, says)).status == 403


async def test_where_the_links_of_a_school_go_can_be_asked(hub: Hub) -> None:
    await entitled(hub, eck(1))
    await _ask(hub, "replace", SWAP)
    await _ask(hub, "add", {"portal": PORTAL})
    await _ask(hub, "remove", {"portal": PORTAL})
    await entitled(hub, eck(2), portals=[OTHER_PORTAL, PORTAL])
    shown = (await operated(hub, "GET", f"/schools/{HERE}/portals")).json
    assert shown == {
        "entitlements": 2,
        "portals": [{"portal": OTHER_PORTAL, "entitlements": 2, "consented": True}],
        "added": [],
        "moved": [{"portal": PORTAL, "newPortal": OTHER_PORTAL}],
    }


@pytest.mark.parametrize(
    ("what", "body", "status", "said"),
    [
        ("add", {"portal": "niemand"}, 400, "This hub serves no portal of this name: portal"),
        ("add", {"portal": REGISTRY}, 400, "This hub serves no portal of this name: portal"),
        ("replace", {**SWAP, "newPortal": SHOP}, 400, "no portal of this name: newPortal"),
        ("replace", {**SWAP, "newPortal": PORTAL}, 400, "newPortal must be another portal"),
        ("replace", {"portal": PORTAL}, 400, "newPortal is missing"),
        ("remove", {"portal": PORTAL, "reason": None}, 400, "reason"),
        ("remove", {"portal": PORTAL, "actor": ""}, 400, "actor"),
    ],
)
async def test_what_is_wrong_is_refused_naming_it(
    hub: Hub, what: str, body: dict[str, Any], status: int, said: str
) -> None:
    await ordered(hub, eck(1))
    answer = await _ask(hub, what, body)
    assert answer.status == status
    assert said in answer.json["statusMessage"]
    assert await hub.facts("PortalAdded", "PortalRemoved", "PortalReplaced") == []


async def test_a_school_nobody_spoke_of_is_unknown(hub: Hub) -> None:
    assert (await _ask(hub, "add", {"portal": PORTAL}, "000A000")).status == 404
    odd = await _ask(hub, "add", {"portal": PORTAL}, "BRIN:09QQ")
    assert odd.status == 400
    assert "school" in odd.json["statusMessage"]


async def test_what_is_gone_cannot_be_replaced_not_even_in_a_dry_run(hub: Hub) -> None:
    await ordered(hub, eck(1))
    await _ask(hub, "remove", {"portal": PORTAL})
    for dry in (True, False):
        refused = await _ask(hub, "replace", {**SWAP, "dryRun": dry})
        assert refused.status == 409
        assert "Nothing of this school goes to this portal" in refused.json["statusMessage"]


async def test_only_who_may_operate_changes_portals(hub: Hub) -> None:
    path = f"/schools/{HERE}/portals/add"
    answer = await operated(hub, "POST", path, {"portal": PORTAL}, "aanspraak.trace")
    assert answer.status == 403
