"""A name or a reason that the vault cannot open, or forgot, is said to be no longer readable."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.vault_texts import NO_LONGER_READABLE
from adapters.security.persons import operator
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, ordered
from tests.adapters.numbers_case import SIGNED, operated, traced

pytestmark = pytest.mark.anyio

KEY_GONE = "UPDATE vault.{table} SET cipher_key = 99"
ALTERED = r"UPDATE vault.{table} SET cipher = '\x00'::bytea || cipher"


@pytest.mark.parametrize("destroyed", [KEY_GONE, ALTERED, None])
async def test_lists_and_pages_say_so_and_show_the_rest(hub: Hub, destroyed: str | None) -> None:
    incident, job, position = await _acted(hub)
    await _destroy(hub, destroyed)
    listed = await operated(hub, "GET", "/jobs")
    assert (listed.status, listed.json[0]["jobId"]) == (200, job)
    # A text that is about nobody outlives who wrote it.
    why = SIGNED["reason"] if destroyed is None else NO_LONGER_READABLE
    shown = (await operated(hub, "GET", f"/jobs/{job}")).json
    assert (shown["askedBy"], shown["reason"]) == (NO_LONGER_READABLE, why)
    letters = await operated(hub, "GET", "/dead-letters?all=true")
    assert letters.status == 200
    (letter,) = letters.json
    assert (letter["decidedBy"], letter["decidedBecause"]) == (NO_LONGER_READABLE, why)
    one = await operated(hub, "GET", f"/dead-letters/policies/{position}")
    assert (one.status, one.json["fact"] is not None) == (200, True)
    history = (await traced(hub, f"/incidents/{incident}")).json["history"]
    assert (history[-1]["name"], history[-1]["reason"]) == (NO_LONGER_READABLE, why)


async def _acted(hub: Hub) -> tuple[str, str, int]:
    """An incident that an operator closed, a job and a fact that was skipped."""
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011)
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    await hub.catch_up()
    (incident,) = (await traced(hub, "/incidents")).json
    job = (await operated(hub, "POST", "/send-again", {"partner": REGISTRY})).json["jobId"]
    (fact, *_) = await hub.facts("PartnerRegistered")
    async with hub.services.pool.connection() as conn:
        await DeadLetterTable("policies").lay_aside(conn, fact, LookupError())
    skip = f"/dead-letters/policies/{fact.position}/skip"
    assert (await operated(hub, "POST", skip)).status < 300
    close = f"/incidents/{incident['incidentId']}/close"
    assert (await operated(hub, "POST", close)).status == 204
    await hub.catch_up()
    return str(incident["incidentId"]), str(job), fact.position


async def _destroy(hub: Hub, destroyed: str | None) -> None:
    if destroyed is None:
        subject = await hub.services.vault.find(operator(SIGNED["actor"]))
        assert subject is not None
        await hub.services.vault.forget(subject)
        return
    async with hub.services.pool.connection() as conn:
        for table in ("texts", "person_references"):
            statement: Any = destroyed.format(table=table)
            await conn.execute(statement)
