"""What a sandbox registry does with the hub's requests."""

from __future__ import annotations

import msgspec
import pytest

from adapters.wire.entitlement_v1 import EntitlementConfirmation
from adapters.wire.message import EntitlementStatus
from adapters.wire.usage_v1 import InitialActivation
from tests.adapters.sandbox_case import ENTITLEMENTS, entitlement_request, playing
from tests.adapters.wire_case import ECK_ID


@pytest.mark.parametrize(
    ("asked", "confirmed"),
    [("created", "entitled"), ("cancelled", "cancelled"), ("blocked", "blocked")],
)
async def test_what_is_to_be_confirmed_is(asked: EntitlementStatus, confirmed: str) -> None:
    request = entitlement_request(asked)
    async with playing("registry") as stage:
        assert await stage.send(request) == [202]

        [confirmation] = await stage.hub.has(1)

        assert isinstance(confirmation, EntitlementConfirmation)
        assert confirmation.entitlement_reference_id == str(request.entitlement_reference_id)
        assert confirmation.entitlement_id == request.entitlement.entitlement_id
        assert confirmation.new_entitlement_status == confirmed
        assert confirmation.success
        assert stage.hub.tokens == {"Bearer minted"}


async def test_other_requests_are_done_with_their_202() -> None:
    async with playing("registry") as stage:
        first, last = entitlement_request("entitled"), entitlement_request("licensed")
        assert await stage.send(first, last, entitlement_request()) == [202, 202, 202]
        assert len(await stage.hub.has(1)) == 1
        await stage.settled()
        assert len(stage.hub.received) == 1


async def test_a_repeat_has_no_effect_and_the_same_confirmation() -> None:
    request = entitlement_request()
    async with playing("registry") as stage:
        await stage.send(request, request, request)

        confirmations = await stage.hub.has(3)

        assert len({each.entitlement_receive_id for each in confirmations}) == 1
        assert len({each.processed_timestamp for each in confirmations}) == 1
        effects = await stage.effects()
        assert (effects["receipts"], effects["effects"], effects["repeats"]) == (3, 1, 2)
        assert (effects["doubleEffects"], effects["changedRepeats"]) == (0, 0)


async def test_what_should_not_happen_is_counted() -> None:
    request = entitlement_request()
    same = request.entitlement.entitlement_id
    changed = msgspec.structs.replace(
        request, entitlement=msgspec.structs.replace(request.entitlement, product_id="q")
    )
    async with playing("registry") as stage:
        await stage.send(request, changed, entitlement_request(entitlement_id=same))
        effects = await stage.effects()
        assert (effects["changedRepeats"], effects["doubleEffects"]) == (1, 1)


async def test_it_refuses_a_named_product_and_a_share() -> None:
    async with playing("registry") as stage:
        await stage.behave(refuseProducts=["bad"], refuseStatus=4011, refuseMessage="no such")
        await stage.send(entitlement_request(product="bad"), entitlement_request(product="good"))
        refused = [each for each in await stage.hub.has(2) if not each.success]
        assert [(each.product_id, each.status) for each in refused] == [("bad", 4011)]
        assert refused[0].status_message == "no such"
        assert refused[0].new_entitlement_status is None

        await stage.behave(refuseShare=0.5)
        await stage.send(*(entitlement_request() for _ in range(60)))
        refused = [each for each in (await stage.hub.has(62))[2:] if not each.success]
        assert 10 < len(refused) < 50
        assert (await stage.settled())["confirmed"]["refused"] == len(refused) + 1


async def test_it_refuses_only_what_asks_for_a_named_status() -> None:
    request = entitlement_request()
    same = request.entitlement.entitlement_id
    async with playing("registry", refuse_share=1, refuse_asked=("cancelled",)) as stage:
        await stage.send(request, entitlement_request("cancelled", entitlement_id=same))
        assert [each.success for each in await stage.hub.has(2)] == [True, False]


async def test_one_entitlement_always_gets_the_same_answer() -> None:
    bad, good = entitlement_request(), entitlement_request()
    async with playing("registry") as stage:
        await stage.behave(answers={str(bad.entitlement.entitlement_id): 500, "odd": 429})
        odd = entitlement_request(product="odd")
        assert await stage.send(bad, bad, good, odd) == [500, 500, 202, 429]
        assert (await stage.effects())["effects"] == 1


async def test_it_may_keep_silent() -> None:
    async with playing("registry", silent_share=1) as stage:
        assert await stage.send(entitlement_request()) == [202]
        await stage.behave()
        await stage.send(entitlement_request(product="loud"))
        assert [each.product_id for each in await stage.hub.has(1)] == ["loud"]


async def test_it_confirms_late_twice_and_out_of_order() -> None:
    async with playing("registry", delay_seconds=0.1, times=2, out_of_order_seconds=0.2) as stage:
        requests = [entitlement_request() for _ in range(20)]
        await stage.send(*requests)
        confirmed = [each.entitlement_id for each in await stage.hub.has(40)]
        asked = [request.entitlement.entitlement_id for request in requests]
        assert sorted(confirmed) == sorted([*asked, *asked])
        assert list(dict.fromkeys(confirmed)) != asked


async def test_a_confirmation_waits_for_a_hub_that_is_away_and_keeps_its_place() -> None:
    first = entitlement_request()
    same = first.entitlement.entitlement_id
    async with playing("registry") as stage:
        stage.hub.status = 503
        await stage.send(first, entitlement_request("blocked", entitlement_id=same))
        await stage.hub.has(0, refused=2)
        assert (await stage.effects())["waiting"] == 2

        stage.hub.status = 202

        statuses = [each.new_entitlement_status for each in await stage.hub.has(2)]
        assert statuses == ["entitled", "blocked"]


async def test_what_the_hub_refuses_is_not_sent_again() -> None:
    async with playing("registry") as stage:
        stage.hub.status = 400
        await stage.send(entitlement_request())
        await stage.hub.has(0, refused=1)
        stage.hub.status = 202
        await stage.send(entitlement_request(product="next"))
        assert [each.product_id for each in await stage.hub.has(1)] == ["next"]
        assert (await stage.settled())["confirmed"] == {"entitled": 1}


async def test_a_share_of_the_pupils_activates_after_the_confirmation() -> None:
    async with playing("registry", activate_share=1, activate_after_seconds=0.05) as stage:
        await stage.send(entitlement_request())
        confirmation, activation = await stage.hub.has(2)
        assert isinstance(confirmation, EntitlementConfirmation)
        assert isinstance(activation, InitialActivation)
        assert activation.entitlement_id == confirmation.entitlement_id
        assert activation.user.user_master_identifier == ECK_ID


async def test_pupils_activate_when_told_to_and_once() -> None:
    code = entitlement_request(kind="school-activationcode", recipient="ABC-DEF")
    refused = entitlement_request(product="bad")
    async with playing("registry", refuse_products=("bad",)) as stage:
        await stage.send(code, refused, entitlement_request())
        await stage.hub.has(3)

        one = {"entitlementIds": [str(code.entitlement.entitlement_id)]}
        assert await stage.control("POST", "activate", one) == (200, {"activated": 1})
        assert await stage.control("POST", "activate") == (200, {"activated": 1})
        assert await stage.control("POST", "activate") == (200, {"activated": 0})
        again = {**one, "again": True, "usageDate": "2026-09-01"}
        assert await stage.control("POST", "activate", again) == (200, {"activated": 1})

        by_code, by_name, repeated = (await stage.hub.has(6))[3:]
        assert by_code.activation_code == "ABC-DEF"
        assert by_code.user == repeated.user
        assert by_name.activation_code is None
        assert repeated.usage_date.isoformat() == "2026-09-01"
        assert (await stage.effects())["activated"] == 2


async def test_what_is_in_use_is_not_cancelled() -> None:
    request = entitlement_request()
    same = request.entitlement.entitlement_id
    async with playing("registry", activate_share=1) as stage:
        await stage.send(request, entitlement_request("cancelled", entitlement_id=same))
        refusal = (await stage.hub.has(3))[-1]
        assert (refusal.success, refusal.status) == (False, 4042)


async def test_a_broken_message_is_refused_at_once() -> None:
    async with playing("registry") as stage:
        status, answer = await stage.put(ENTITLEMENTS, b'{"entitlementReferenceId": 1}')
        assert status == 400
        assert msgspec.json.decode(answer)["status"] == 11


async def test_what_was_received_is_shown_without_people() -> None:
    request = entitlement_request()
    async with playing("registry") as stage:
        await stage.send(request, entitlement_request())
        await stage.hub.has(2)
        [shown] = (await stage.control("GET", f"received?id={request.entitlement.entitlement_id}"))[
            1
        ]
        assert shown["became"] == "entitled"
        everything = (await stage.control("GET", "received"))[1]
        assert len(everything) == 2
        assert "ketenid" not in str(everything)
        assert len((await stage.control("GET", "received?limit=1"))[1]) == 1
