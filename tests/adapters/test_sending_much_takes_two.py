"""Much that is sent again takes a second operator: in parts too, and not by one's own word."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from aanspraak.domain.errors import SecondOperatorNeeded
from adapters.postgres.connection import connect
from adapters.postgres.send_again import Alone, require_second
from tests.adapters.http_case import running_hub
from tests.adapters.http_partners import REGISTRY, token
from tests.adapters.http_stories import eck
from tests.adapters.numbers_case import OPERATING, operated
from tests.adapters.sending_case import carry_out, refused, send_again
from tests.adapters.verb_case import run_verb
from tests.contracts.job_case import ask, counting_to

pytestmark = pytest.mark.anyio


async def test_above_the_threshold_a_second_operator_confirms_by_name(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(
        database_url, tmp_path, send_again_confirm_above=0, believed_clients=("client-operator",)
    ) as hub:
        await refused(hub)
        answer = (await send_again(hub, partner=REGISTRY)).json
        assert (answer["outcome"], answer["confirm"]) == ("waiting", True)
        confirm = f"/jobs/{answer['jobId']}/confirm"
        answered = await operated(hub, "POST", confirm)
        assert answered.status == 409
        assert "another operator than the one who asked" in answered.json["statusMessage"]
        await carry_out(hub, answer["jobId"])
        assert len(await hub.facts("RegistryRequested")) == 1
        other = {"actor": "Sam van beheer", "reason": "seen with Jo"}
        job = (await operated(hub, "POST", confirm, other)).json
        assert (job["status"], job["confirmedBy"]) == ("queued", "Sam van beheer")
        await carry_out(hub, answer["jobId"])
        assert len(await hub.facts("RegistryRequested")) == 2


async def test_another_name_through_the_same_client_confirms_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, send_again_confirm_above=0) as hub:
        await refused(hub)
        answer = (await send_again(hub, partner=REGISTRY)).json
        confirm = f"/jobs/{answer['jobId']}/confirm"
        other = {"actor": "Sam van beheer", "reason": "seen with Jo"}
        answered = await operated(hub, "POST", confirm, other)
        assert answered.status == 409
        assert "through this client" in answered.json["statusMessage"]
        assert await hub.facts("JobConfirmed") == []
        elsewhere = {"Authorization": f"Bearer {token('another', OPERATING)}"}
        path = f"/ops/v1{confirm}"
        assert (await hub.call(None, "POST", path, other, **elsewhere)).status == 200
        (asked, confirmed) = await hub.facts("JobAsked", "JobConfirmed")
        through = [getattr(one.event, "through", "") for one in (asked, confirmed)]
        assert through == ["client:client-operator", "client:client-another"]


async def test_in_parts_it_is_as_much_as_at_once(database_url: str, tmp_path: Path) -> None:
    async with running_hub(database_url, tmp_path, send_again_confirm_above=1) as hub:
        first, second = await refused(hub), await refused(hub, eck(2))
        answer = (await send_again(hub, entitlementId=str(first.entitlement_id))).json
        assert (answer["outcome"], answer["lately"], answer["confirm"]) == ("queued", 0, False)
        planned = await send_again(hub, entitlementId=str(second.entitlement_id), dryRun=True)
        assert (planned.json["lately"], planned.json["confirm"]) == (1, True)
        await carry_out(hub, answer["jobId"])
        answer = (await send_again(hub, entitlementId=str(second.entitlement_id))).json
        assert (answer["outcome"], answer["messages"], answer["lately"]) == ("waiting", 1, 1)
        async with hub.services.pool.connection() as conn:
            await conn.execute("UPDATE jobs.work SET ended_at = ended_at - interval '2 hours'")
        answer = (await send_again(hub, entitlementId=str(second.entitlement_id))).json
        assert (answer["outcome"], answer["lately"]) == ("queued", 0)


async def test_the_settings_where_it_was_asked_are_not_enough(
    database_url: str, tmp_path: Path
) -> None:
    async with running_hub(database_url, tmp_path, send_again_confirm_above=0) as hub:
        asked = await refused(hub)
        done = await run_verb(
            hub, tmp_path, "send-again", "--partner", REGISTRY, "--yes", "--reason", "a try"
        )
        job = done.stdout.split()[-1]
        assert (await operated(hub, "GET", f"/jobs/{job}")).json["status"] == "queued"
        await carry_out(hub, job)
        over = (await operated(hub, "GET", f"/jobs/{job}")).json
        assert (over["status"], over["error"]) == ("failed", "SecondOperatorNeeded")
        (only,) = await hub.facts("RegistryRequested")
        assert only.stream_id == asked.entitlement_id


async def test_what_is_asked_later_stops_nothing_that_was_asked_before(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        both = await _asked(conn, first=20, second=20)
        await _asked(conn, first=60)
        later = await _asked(conn, second=60)
        await require_second(conn, both, Alone(most=100, seconds=3600))
        with pytest.raises(SecondOperatorNeeded):
            await require_second(conn, later, Alone(most=79, seconds=3600))


async def _asked(conn: AsyncConnection[Any], **messages: int) -> UUID:
    """A job that sends so many messages again to each of these partners; nobody confirmed it."""
    job_id = await ask(conn, counting_to(sum(messages.values())))
    for nr, (partner, number) in enumerate(messages.items()):
        await conn.execute(
            "INSERT INTO jobs.items (job_id, nr, name, key, why, at)"
            " VALUES (%s, %s, %s, gen_random_uuid(), 'failed', now())",
            (job_id, nr, partner),
        )
        await conn.execute(
            "INSERT INTO jobs.sent_again (job_id, partner, messages) VALUES (%s, %s, %s)",
            (job_id, partner, number),
        )
    return job_id
