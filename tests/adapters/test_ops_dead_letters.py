"""/ops/v1/dead-letters: listed, looked into, tried again or skipped, with who and why on record."""

from __future__ import annotations

from typing import Any

import pytest

from aanspraak.domain.recorded import Recorded
from adapters.postgres.dead_letters import DeadLetterTable
from tests.adapters.http_case import Hub
from tests.adapters.numbers_case import TRACING, operated

pytestmark = pytest.mark.anyio


async def test_a_fact_that_lies_aside_is_shown_with_what_is_in_it(hub: Hub) -> None:
    fact = await _aside(hub)
    (letter,) = (await operated(hub, "GET", "/dead-letters?follower=policies")).json
    assert (letter["position"], letter["reason"], letter["status"], letter["behind"]) == (
        fact.position,
        "LookupError",
        "waiting",
        0,
    )
    assert (await operated(hub, "GET", "/dead-letters?what=ValueError")).json == []
    shown = (await operated(hub, "GET", f"/dead-letters/policies/{fact.position}")).json
    assert shown["fact"]["data"]["partner"]
    assert (await operated(hub, "GET", "/dead-letters/policies/999999")).status == 404


async def test_it_is_tried_again_and_skipped_once_with_a_reason(hub: Hub) -> None:
    fact = await _aside(hub)
    path = f"/dead-letters/policies/{fact.position}"
    assert (await operated(hub, "POST", f"{path}/retry")).status == 204
    assert (await operated(hub, "POST", f"{path}/skip")).json == {"skipped": 1}
    again = await operated(hub, "POST", f"{path}/skip")
    assert again.status == 409
    (letter,) = (await operated(hub, "GET", "/dead-letters?all=true")).json
    assert (letter["status"], letter["decidedBy"]) == ("skipped", "Jo van de helpdesk")
    assert letter["decidedBecause"] == "as agreed by telephone"
    decided = await hub.facts("DeadLetterRetried", "DeadLetterSkipped")
    assert [type(one.event).__name__ for one in decided] == [
        "DeadLetterRetried",
        "DeadLetterSkipped",
    ]


async def test_many_are_counted_before_a_job_does_it(hub: Hub) -> None:
    await _aside(hub)
    planned = (await operated(hub, "POST", "/dead-letters/retry", {"dryRun": True})).json
    assert (planned["outcome"], planned["letters"], len(planned["sample"])) == ("planned", 1, 1)
    asked = (await operated(hub, "POST", "/dead-letters/retry", {"what": "LookupError"})).json
    job = (await operated(hub, "GET", f"/jobs/{asked['jobId']}")).json
    assert (job["kind"], job["total"]) == ("retry-dead-letters", 1)
    assert job["about"] == {"what": "LookupError"}
    none = await operated(hub, "POST", "/dead-letters/retry", {"follower": "projections"})
    assert none.status == 409


async def test_a_partner_is_paused_until_a_moment_and_resumed_on_record(hub: Hub) -> None:
    until = "2099-08-24T10:00:00Z"
    paused = (await operated(hub, "POST", "/partners/portaal/pause", {"until": until})).json
    assert (paused["state"], paused["pausedUntil"]) == ("paused", until)
    ready = (await hub.call(None, "GET", "/readyz")).json
    assert ready["degraded"]["partners"] == {"portaal": "paused until 2099-08-24T10:00:00+00:00"}
    metrics = (await hub.call(None, "GET", "/metrics")).body.decode()
    assert 'aanspraak_partner_paused{partner="portaal"} 1.0' in metrics
    assert (await operated(hub, "POST", "/partners/portaal/resume")).json["state"] == "open"
    facts: list[Any] = [one.event for one in await hub.facts("PartnerPaused", "PartnerResumed")]
    assert [type(one).__name__ for one in facts] == ["PartnerPaused", "PartnerResumed"]
    assert await hub.services.vault.read_text(facts[0].reason_id) == "as agreed by telephone"
    over = {"until": "2020-01-01T00:00:00Z"}
    assert (await operated(hub, "POST", "/partners/portaal/pause", over)).status == 400
    assert (await operated(hub, "POST", "/partners/niemand/pause")).status == 400


async def test_only_operators_do_any_of_it(hub: Hub) -> None:
    for method, path in (
        ("GET", "/dead-letters"),
        ("GET", "/dead-letters/policies/1"),
        ("POST", "/dead-letters/retry"),
        ("POST", "/dead-letters/policies/1/skip"),
        ("POST", "/partners/portaal/pause"),
    ):
        assert (await operated(hub, method, path, {}, TRACING)).status == 403


async def _aside(hub: Hub) -> Recorded:
    """A fact that the policies could not handle."""
    fact = (await hub.facts("PartnerRegistered"))[0]
    async with hub.services.pool.connection() as conn:
        await DeadLetterTable("policies").lay_aside(conn, fact, LookupError())
    return fact
