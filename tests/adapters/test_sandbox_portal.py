"""What a sandbox portal does with the hub's requests."""

from __future__ import annotations

import pytest

from adapters.wire.entitlement_v1 import UrlStatus
from adapters.wire.outgoing import UserReference
from tests.adapters.sandbox_case import PUPIL, entitlement_request, playing


@pytest.mark.parametrize(
    ("asked", "confirmed"),
    [("initialized", "processed"), ("cancelled", "cancelled"), ("blocked", "blocked")],
)
async def test_a_link_is_confirmed_for_this_portal(asked: UrlStatus, confirmed: str) -> None:
    async with playing("portal") as stage:
        assert await stage.send(entitlement_request("entitled", url_status=asked)) == [202]
        [confirmation] = await stage.hub.has(1)
        assert confirmation.new_url_status.portal == "lp-een"
        assert confirmation.new_url_status.url_status == confirmed
        assert confirmation.new_entitlement_status is None


async def test_it_takes_only_what_names_this_portal_alone() -> None:
    other = entitlement_request("entitled", url_status="initialized", portal="lp-twee")
    async with playing("portal") as stage:
        assert await stage.send(other, entitlement_request("entitled")) == [400, 400]
        assert (await stage.effects())["effects"] == 0


async def test_a_user_has_a_link_until_it_is_cancelled() -> None:
    placed = entitlement_request("entitled", url_status="initialized", product="p1")
    same = placed.entitlement.entitlement_id
    gone = entitlement_request("cancelled", entitlement_id=same, url_status="cancelled")
    somebody = UserReference(user_master_identifier="somebody else")
    async with playing("portal") as stage:
        await stage.send(placed)
        links = (await stage.control("POST", "links", {"user": PUPIL}))[1]
        assert [link["productId"] for link in links] == ["p1"]
        assert (await stage.control("POST", "links", {"user": somebody}))[1] == []
        assert (await stage.effects())["links"] == 1

        await stage.send(gone)

        assert (await stage.control("POST", "links", {"user": PUPIL}))[1] == []
        assert (await stage.effects())["links"] == 0


async def test_a_refused_withdrawal_leaves_the_link() -> None:
    placed = entitlement_request("entitled", url_status="initialized")
    same = placed.entitlement.entitlement_id
    gone = entitlement_request("cancelled", entitlement_id=same, url_status="cancelled")
    async with playing("portal", refuse_share=1, refuse_asked=("cancelled",)) as stage:
        await stage.send(placed, gone)
        assert [each.success for each in await stage.hub.has(2)] == [True, False]
        assert (await stage.effects())["links"] == 1


async def test_a_link_to_what_is_not_ready_is_counted() -> None:
    async with playing("portal") as stage:
        await stage.send(entitlement_request("created", url_status="initialized"))
        assert (await stage.effects())["tooEarly"] == 1


async def test_the_holder_of_a_code_is_found_by_it() -> None:
    request = entitlement_request(
        "entitled", kind="school-activationcode", recipient="ABC-DEF", url_status="initialized"
    )
    async with playing("portal") as stage:
        await stage.send(request)
        assert len((await stage.control("POST", "links", {"activationCode": "ABC-DEF"}))[1]) == 1
        assert (await stage.control("POST", "links"))[1] == []
