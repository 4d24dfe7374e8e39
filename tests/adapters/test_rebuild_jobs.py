"""/ops/v1/rebuilds: what would change is found by a job, kept with it, and then rebuilt by one."""

from __future__ import annotations

import functools
from asyncio import to_thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from adapters.jobs.abilities import Abilities
from adapters.jobs.carrying import Carrier
from adapters.jobs.rebuilding import Rebuilding
from tests.adapters.http_stories import eck, ordered
from tests.adapters.numbers_case import TRACING, operated
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio

OPENS = f'{{"1": "{"65" * 32}"}}'
"""The key that the hub of the tests closes its vault with."""
AS_RUNTIME = "options=-c%20role%3Daanspraak_runtime"


async def test_what_would_change_is_found_first_and_nothing_changes(hub: Hub) -> None:
    await _ordered_and_broken(hub)
    job_id = await _asked(hub, view="entitlement_details", dryRun=True)
    assert (await operated(hub, "GET", f"/jobs/{job_id}/difference")).status == 404
    await _carry_out(hub, job_id)
    found = (await operated(hub, "GET", f"/jobs/{job_id}/difference")).json
    assert (found["view"], found["change"]) == ("entitlement_details", 1)
    (example,) = found["examples"]
    assert example["fields"] == [{"field": "status", "now": "blocked", "then": "created"}]
    assert await _statuses(hub) == ["blocked"]
    job = (await operated(hub, "GET", f"/jobs/{job_id}")).json
    assert (job["kind"], job["status"]) == ("compare-view", "done")
    assert job["done"] == job["total"]
    assert (job["succeeded"], job["about"]) == (1, {"view": "entitlement_details"})
    (view,) = [
        one
        for one in (await operated(hub, "GET", "/views")).json
        if one["name"] == "entitlement_details"
    ]
    compared = view["compared"]
    assert (compared["dryRun"], compared["appear"], compared["change"]) == (True, 0, 1)


async def test_it_is_rebuilt_and_says_what_it_did_when(hub: Hub, tmp_path: Path) -> None:
    await _ordered_and_broken(hub)
    job_id = await _asked(hub, view="entitlement_details")
    await _carry_out(hub, job_id)
    assert await _statuses(hub) == ["created"]
    lines = (await operated(hub, "GET", f"/jobs/{job_id}/progress")).json["lines"]
    assert lines[0]["status"] == "running"
    assert lines[-1]["status"] == "done"
    typing = functools.partial(
        typed, hub.url, tmp_path, "jobs", "show", job_id, AANSPRAAK_VAULT_ENCRYPTION_KEYS=OPENS
    )
    shown = (await to_thread(typing)).stdout
    assert "1 had to change" in shown
    assert "status: blocked -> created" in shown


@pytest.mark.parametrize("part", ["deliveryOrderId", "entitlementId", "school"])
async def test_only_what_is_about_one_thing_is_put_right(hub: Hub, part: str) -> None:
    other = await ordered(hub, eck(2))
    asked = await _ordered_and_broken(hub)
    ids = {
        "deliveryOrderId": str(asked.order_id),
        "entitlementId": str(asked.entitlement_id),
        "school": SCHOOL["organisationMasterIdentifier"],
    }
    job_id = await _asked(hub, view="entitlement_details", **{part: ids[part]})
    await _carry_out(hub, job_id)
    found = (await operated(hub, "GET", f"/jobs/{job_id}/difference")).json
    assert found["change"] == (2 if part == "school" else 1)
    left = await _statuses(hub)
    assert left == (["created"] * 2 if part == "school" else ["blocked", "created"])
    assert other.entitlement_id != asked.entitlement_id


async def test_a_worker_that_is_not_the_owner_says_so_and_changes_nothing(hub: Hub) -> None:
    await _ordered_and_broken(hub)
    runtime = f"{hub.url}{'&' if '?' in hub.url else '?'}{AS_RUNTIME}"
    refused = await operated(hub, "POST", "/rebuilds", {"view": "entitlement_details"})
    assert refused.status == 409
    assert "may rebuild views" in refused.json["statusMessage"]
    await Abilities(url=hub.url, owner_url=runtime).say()
    assert (await operated(hub, "POST", "/rebuilds", {"view": "due"})).status == 409
    job_id = await _asked(hub, view="entitlement_details")
    kinds = {"rebuild-view": Rebuilding(url=runtime, dry_run=False)}
    await Carrier(url=hub.url, kinds=kinds).carry_out(UUID(job_id))
    job = (await operated(hub, "GET", f"/jobs/{job_id}")).json
    assert (job["status"], job["error"]) == ("failed", "OwnerNeeded")
    assert await _statuses(hub) == ["blocked"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"view": "publisher"}, 400, "get them again"),
        ({"view": "partners", "entitlementId": str(UUID(int=1))}, 400, "only be rebuilt whole"),
        ({"view": "due", "school": "00XX00"}, 404, "school"),
        ({"view": "due", "school": "BRON:1"}, 400, "school"),
        ({"view": "due", "school": "00XX00", "entitlementId": str(UUID(int=1))}, 400, "school"),
        ({}, 400, "view"),
    ],
)
async def test_what_cannot_be_rebuilt_is_refused_with_why(
    hub: Hub, body: dict[str, Any], status: int, said: str
) -> None:
    answer = await operated(hub, "POST", "/rebuilds", body)
    assert answer.status == status
    assert said in answer.json["statusMessage"]


async def test_views_are_listed_with_what_cannot_be_rebuilt_and_why(hub: Hub) -> None:
    views = {one["name"]: one for one in (await operated(hub, "GET", "/views")).json}
    assert views["entitlement_details"] == {
        "name": "entitlement_details",
        "rebuilt": True,
        "inPart": True,
    }
    assert "called again" in views["gateway"]["whyNot"]
    assert (await operated(hub, "GET", "/views", None, TRACING)).status == 403
    assert (await operated(hub, "GET", f"/jobs/{uuid4()}/progress")).status == 404


async def _ordered_and_broken(hub: Hub) -> Any:  # noqa: ANN401 - what was ordered
    asked = await ordered(hub, eck(1))
    async with hub.services.pool.connection() as conn:
        await conn.execute("UPDATE view.entitlement_details SET status = 'blocked'")
    return asked


async def _asked(hub: Hub, **body: object) -> str:
    await Abilities(url=hub.url, owner_url=hub.url).say()
    answer = await operated(hub, "POST", "/rebuilds", body)
    assert (answer.status, answer.json["status"]) == (200, "queued")
    return str(answer.json["jobId"])


async def _carry_out(hub: Hub, job_id: str) -> None:
    kinds = {
        "compare-view": Rebuilding(url=hub.url, dry_run=True),
        "rebuild-view": Rebuilding(url=hub.url, dry_run=False),
    }
    await Carrier(url=hub.url, kinds=kinds).carry_out(UUID(job_id))


async def _statuses(hub: Hub) -> list[str]:
    async with hub.services.pool.connection() as conn:
        cursor = await conn.execute("SELECT status FROM view.entitlement_details ORDER BY 1")
        return [status for (status,) in await cursor.fetchall()]
