"""/ops/v1/replays: a part of the log is counted first, and without Kafka there is no job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.jobs.abilities import Abilities
from tests.adapters.http_stories import eck, ordered
from tests.adapters.numbers_case import TRACING, operated

if TYPE_CHECKING:
    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio

ALL: dict[str, Any] = {"topic": "once-more", "first": 1, "until": "2999-01-01T00:00:00Z"}


async def test_a_part_is_counted_by_positions_or_moments(hub: Hub) -> None:
    await ordered(hub, eck(1))
    counted = (await operated(hub, "POST", "/replays", {**ALL, "dryRun": True})).json
    assert (counted["outcome"], counted["first"]) == ("planned", 1)
    assert counted["facts"] == counted["last"] == sum(counted["kinds"].values())
    assert counted["kinds"]["entitlement.created"] == 1
    early = {"topic": "x", "since": "2020-01-01T00:00:00Z", "last": 3, "dryRun": True}
    assert (await operated(hub, "POST", "/replays", early)).json["facts"] == 3


async def test_without_kafka_it_is_refused_and_with_it_a_job_is_asked(hub: Hub) -> None:
    refused = await operated(hub, "POST", "/replays", ALL)
    assert refused.status == 409
    assert "Kafka" in refused.json["statusMessage"]
    assert await hub.facts("JobAsked") == []
    await Abilities(url=hub.url, owner_url=hub.url, others=["replay"]).say()
    asked = (await operated(hub, "POST", "/replays", ALL)).json
    job = (await operated(hub, "GET", f"/jobs/{asked['jobId']}")).json
    assert (job["kind"], job["status"], job["total"]) == ("replay", "queued", asked["facts"])
    assert job["about"] == {"topic": "once-more", "first": 1, "last": asked["last"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"topic": "a.b", "first": 1, "last": 2}, "topic"),
        ({"topic": "a", "last": 2}, "first"),
        ({"topic": "a", "first": 1}, "last"),
        ({"topic": "a", "first": 0, "last": 2}, "first"),
        ({"topic": "a", "first": 1, "since": "2026-01-01T00:00:00Z", "last": 2}, "first"),
    ],
)
async def test_what_is_no_part_is_refused_with_its_field(
    hub: Hub, body: dict[str, Any], field: str
) -> None:
    answer = await operated(hub, "POST", "/replays", body)
    assert (answer.status, field in answer.json["statusMessage"]) == (400, True)


async def test_only_operators_replay(hub: Hub) -> None:
    assert (await operated(hub, "POST", "/replays", ALL, TRACING)).status == 403
