"""/ops/v1/send-again: what failed is counted first, and then goes again by a job, each once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.entitlement.commands import RecordRequestTaken
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import (
    CONFIRMATIONS,
    ORDERS,
    Ordered,
    confirmation,
    eck,
    entitled,
    order,
)
from tests.adapters.numbers_case import TRACING, operated, placed, traced
from tests.adapters.sending_case import carry_out, refuse, refused, send_again
from tests.adapters.verb_case import run_verb

pytestmark = pytest.mark.anyio


async def test_a_dry_run_counts_and_shows_some_and_does_nothing(hub: Hub) -> None:
    asked = await refused(hub)
    planned = (await send_again(hub, partner=REGISTRY, dryRun=True)).json
    assert (planned["outcome"], planned["messages"], planned["confirm"]) == ("planned", 1, False)
    assert planned["partners"] == [{"partner": REGISTRY, "messages": 1}]
    (one,) = planned["sample"]
    assert (one["entitlementId"], one["deliveryOrderId"], one["why"]) == (
        str(asked.entitlement_id),
        str(asked.order_id),
        "registry-refused",
    )
    assert (await operated(hub, "GET", "/jobs")).json == []
    assert await hub.facts("JobAsked") == []
    async with hub.services.pool.connection() as conn:
        assert await (await conn.execute("SELECT nr FROM jobs.items")).fetchall() == []


async def test_a_job_makes_one_new_message_of_each_and_is_on_record(hub: Hub) -> None:
    asked = await refused(hub)
    answer = (await send_again(hub, entitlementId=str(asked.entitlement_id))).json
    assert answer["outcome"] == "queued"
    await carry_out(hub, answer["jobId"])
    await carry_out(hub, answer["jobId"])
    requests: list[Any] = await hub.facts("RegistryRequested")
    assert [one.event.number for one in requests] == [1, 2]
    assert requests[1].actor.startswith("operator:")
    assert requests[1].correlation_id == f"job/{answer['jobId']}"
    job = (await operated(hub, "GET", f"/jobs/{answer['jobId']}")).json
    assert (job["status"], job["total"], job["done"], job["succeeded"]) == ("done", 1, 1, 1)
    assert (job["askedBy"], job["reason"]) == ("Jo van de helpdesk", "as agreed by telephone")
    assert job["about"] == {"entitlementId": str(asked.entitlement_id)}
    facts = [type(one.event).__name__ for one in await hub.facts("JobAsked", "JobEnded")]
    assert facts == ["JobAsked", "JobEnded"]


async def test_what_was_mended_meanwhile_is_nothing_to_send(hub: Hub) -> None:
    asked = await refused(hub)
    first = (await send_again(hub, deliveryOrderId=str(asked.order_id))).json
    second = (await send_again(hub, partner=REGISTRY)).json
    await carry_out(hub, first["jobId"])
    await carry_out(hub, second["jobId"])
    job = (await operated(hub, "GET", f"/jobs/{second['jobId']}")).json
    assert (job["status"], job["succeeded"], job["nothing"]) == ("done", 0, 1)
    assert len(await hub.facts("RegistryRequested")) == 2


async def test_when_it_failed_says_whether_it_is_meant(hub: Hub) -> None:
    await refused(hub)
    for window, messages in (
        ({"since": "2100-01-01T00:00:00Z"}, 0),
        ({"until": "2020-01-01T00:00:00Z"}, 0),
        ({"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}, 1),
    ):
        planned = await send_again(hub, partner=REGISTRY, dryRun=True, **window)
        assert planned.json["messages"] == messages, window
    nothing = await send_again(hub, partner=PORTAL)
    assert nothing.status == 409
    assert "nothing that this job would be about" in nothing.json["statusMessage"]


async def test_links_that_a_portal_took_go_again_when_everything_is_meant(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await _taken_by_portal(hub, asked)
    await placed(hub, asked)
    wanted = {"deliveryOrderId": str(asked.order_id)}
    assert (await send_again(hub, dryRun=True, **wanted)).json["messages"] == 0
    planned = (await send_again(hub, dryRun=True, everything=True, **wanted)).json
    assert [one["why"] for one in planned["sample"]] == ["taken"]
    answer = (await send_again(hub, everything=True, **wanted)).json
    await carry_out(hub, answer["jobId"])
    requests: list[Any] = [one.event for one in await hub.facts("LinkRequested")]
    assert [(one.number, one.lane) for one in requests] == [(1, "prompt"), (2, "refresh")]


async def test_of_an_incident_goes_what_is_wrong_still_on_its_list(hub: Hub) -> None:
    asked, other = await refused(hub), await refused(hub, eck(2))
    ours = await _incident_of(hub, asked)
    planned = (await send_again(hub, incidentId=ours, dryRun=True)).json
    assert [one["entitlementId"] for one in planned["sample"]] == [str(asked.entitlement_id)]
    assert await hub.facts("IncidentSentAgain") == []
    answer = (await send_again(hub, incidentId=ours)).json
    assert (answer["outcome"], answer["messages"]) == ("queued", 1)
    await carry_out(hub, answer["jobId"])
    await carry_out(hub, answer["jobId"])
    assert len(await hub.facts("RegistryRequested")) == 3
    (fact,) = await hub.facts("IncidentSentAgain")
    assert (str(fact.stream_id), fact.actor.partition(":")[0]) == (ours, "operator")
    job = (await operated(hub, "GET", f"/jobs/{answer['jobId']}")).json
    assert (job["about"], job["succeeded"]) == ({"incidentId": ours}, 1)
    assert other.entitlement_id != asked.entitlement_id
    unknown = await send_again(hub, incidentId=str(UUID(int=1)), dryRun=True)
    assert unknown.status == 404


async def test_what_a_shop_rejected_it_is_told_again_with_the_next_number(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await placed(hub, asked)
    order_id = ids.order_stream(asked.order_id)
    await hub.submit((order_id, RecordConfirmationRejected(number=1, http_status=400, status=None)))
    await hub.catch_up()
    for scope in ({"partner": SHOP}, {"deliveryOrderId": str(asked.order_id)}):
        planned = (await send_again(hub, dryRun=True, **scope)).json
        (one,) = planned["sample"]
        assert (one["partner"], one["deliveryOrderId"], one["why"]) == (
            SHOP,
            str(asked.order_id),
            "confirmation-rejected",
        )
    answer = (await send_again(hub, partner=SHOP)).json
    await carry_out(hub, answer["jobId"])
    first, again = [cast("Any", one.event) for one in await hub.facts("ConfirmationIssued")]
    assert again == replace(first, number=2, repeated=True)
    job = (await operated(hub, "GET", f"/jobs/{answer['jobId']}")).json
    assert (job["succeeded"], job["nothing"]) == (1, 0)
    await hub.submit((order_id, RecordConfirmationTaken(number=2)))
    await hub.catch_up()
    assert (await send_again(hub, partner=SHOP, dryRun=True)).json["messages"] == 0


async def test_cancelled_in_time_nothing_goes(hub: Hub) -> None:
    await refused(hub)
    answer = (await send_again(hub, partner=REGISTRY)).json
    job = (await operated(hub, "POST", f"/jobs/{answer['jobId']}/cancel")).json
    assert (job["status"], job["cancelledBy"]) == ("cancelled", "Jo van de helpdesk")
    await carry_out(hub, answer["jobId"])
    assert len(await hub.facts("RegistryRequested")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "partner"),
        ({"partner": "niemand"}, "partner"),
        ({"partner": REGISTRY, "everything": True}, "everything"),
        ({"partner": REGISTRY, "perSecond": 0}, "perSecond"),
        ({"partner": REGISTRY, "since": "yesterday"}, "since"),
        ({"entitlementId": str(UUID(int=1)), "deliveryOrderId": str(UUID(int=2))}, "deliveryOrder"),
        ({"deliveryOrderId": str(UUID(int=1)), "incidentId": str(UUID(int=2))}, "incidentId"),
        ({"incidentId": str(UUID(int=2)), "everything": True}, "everything"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_field(
    hub: Hub, body: dict[str, Any], field: str
) -> None:
    answer = await send_again(hub, **body)
    assert (answer.status, answer.code) == (400, 11)
    assert field in answer.json["statusMessage"]


async def test_only_operators_send_again_and_see_jobs(hub: Hub) -> None:
    for method, path in (
        ("POST", "/send-again"),
        ("GET", "/jobs"),
        ("GET", f"/jobs/{UUID(int=1)}"),
    ):
        assert (await operated(hub, method, path, {}, TRACING)).status == 403
    assert (await operated(hub, "GET", f"/jobs/{UUID(int=1)}")).status == 404
    assert (await operated(hub, "POST", "/jobs/nothing/cancel")).status == 404


async def test_the_command_line_counts_until_it_is_told_yes(hub: Hub, tmp_path: Path) -> None:
    asked = await refused(hub)

    async def typed(*given: str) -> str:
        return (await run_verb(hub, tmp_path, *given)).stdout

    counted = await typed("send-again", "--order", str(asked.order_id))
    assert "1 message would go again" in counted
    assert "registry-refused" in counted
    done = await typed(
        "send-again", "--partner", REGISTRY, "--yes", "--reason", "the catalogue was mended"
    )
    job = done.split()[-1]
    assert job in await typed("jobs", "list", "--live")
    assert "the catalogue was mended" in await typed("jobs", "show", job)
    await typed("jobs", "cancel", job, "--reason", "not now")
    assert "cancelled" in await typed("jobs", "show", job)
    assert "no job is known" in await typed("jobs", "list", "--live")


async def test_a_part_of_an_order_that_went_well_is_left_alone(hub: Hub) -> None:
    message = order(eck(1), eck(2))
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    first, second = [
        Ordered(
            order_id=UUID(message["deliveryOrder"]["deliveryOrderId"]),
            entitlement_id=one.stream_id,
            to_registry=str(one.event.reference_id),  # type: ignore[attr-defined]
        )
        for one in await hub.facts("RegistryRequested")
    ]
    await hub.call(REGISTRY, "PUT", CONFIRMATIONS, confirmation(first))
    await refuse(hub, second)
    answer = (await send_again(hub, deliveryOrderId=str(first.order_id))).json
    assert answer["messages"] == 1
    await carry_out(hub, answer["jobId"])
    assert [one.stream_id for one in await hub.facts("RegistryRequested")][2:] == [
        second.entitlement_id
    ]


async def _incident_of(hub: Hub, asked: Ordered) -> str:
    listed = (await traced(hub, f"/incidents?deliveryOrderId={asked.order_id}")).json
    return str(listed[0]["incidentId"])


async def _taken_by_portal(hub: Hub, asked: Ordered) -> None:
    """As the gateway records it."""
    await hub.submit((asked.entitlement_id, RecordRequestTaken(partner=PORTAL, number=1)))
    async with hub.services.pool.connection() as conn:
        await conn.execute(
            "INSERT INTO channel.progress (partner, key, done) VALUES (%s, %s, 1)",
            (PORTAL, asked.entitlement_id),
        )
