"""The overview, partners and incidents: what their pages say, and what is done there on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from adapters.postgres import flows
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, ordered
from tests.console.console_case import Browser

pytestmark = pytest.mark.anyio

REASON = "maintenance, as they called"


def _minute(hub: Hub, partner: str, **counts: int) -> None:
    """Something happened a minute ago, as the hub's clock has it."""
    minute = (hub.clock.at - timedelta(minutes=1)).replace(second=0, microsecond=0)
    told = {"orders": 0, "placed": 0, "activated": 0, "taken": 0, "failed": 0, **counts}
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO view.pace (minute, partner, orders, created, ready, placed, activated,"
            " taken, failed, durations) VALUES (%(minute)s, %(partner)s, %(orders)s, 0, 0,"
            " %(placed)s, %(activated)s, %(taken)s, %(failed)s, '{\"1000\": 10}')",
            {"minute": minute, "partner": partner, **told},
        )


async def _incident(hub: Hub) -> str:
    """The registry refuses."""
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4011)
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    await hub.catch_up()
    with psycopg.connect(hub.url) as conn:
        row = conn.execute("SELECT incident_id FROM view.incidents").fetchone()
    assert row is not None
    return str(row[0])


async def test_an_order_that_was_refused_says_who_refused_it_and_leads_to_the_incident(
    hub: Hub, browser: Browser
) -> None:
    incident = await _incident(hub)
    (received,) = await hub.facts("DeliveryOrderReceived")
    event: Any = received.event
    order = f"/console/orders/{event.delivery_order_id}"
    await browser.sign_in("viewer")
    page = (await browser.get(order)).body.decode()
    assert f"/console/incidents/{incident}" in page
    assert "For 1 entitlement somebody has to act" in page
    assert "Nobody: nothing is waited for" not in page
    messages = (await browser.get(f"{order}/messages")).body.decode()
    assert f'<a href="{order}/entitlements">' in messages.partition("</nav>")[2]


async def test_the_overview_has_the_last_hour_and_every_partner(hub: Hub, browser: Browser) -> None:
    _minute(hub, "", orders=3, placed=41, activated=17)
    _minute(hub, PORTAL, placed=41, taken=59)
    await browser.sign_in("viewer")
    page = (await browser.get("/console/overview")).body.decode()
    for said in (">3<", ">41<", ">17<", ">59<", PORTAL, REGISTRY, "<rect"):
        assert said in page, said
    assert "Links placed per minute" in page
    longer = await browser.get("/console/overview?minutes=240")
    none_of_ours = await browser.get("/console/overview?minutes=x")
    assert (longer.status, none_of_ours.status) == (200, 200)


async def test_a_partners_page_says_how_it_stands_and_what_it_did(
    hub: Hub, browser: Browser
) -> None:
    await ordered(hub, eck(1))
    _minute(hub, REGISTRY, taken=23, failed=7)
    since = hub.clock.at - timedelta(minutes=5)
    with psycopg.connect(hub.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO channel.flows (partner, unreachable_since, rung) VALUES (%s, %s, 2)",
            (REGISTRY, since),
        )
    await browser.sign_in("viewer")
    page = (await browser.get(f"/console/partners/{REGISTRY}")).body.decode()
    for said in ("cannot be reached", "step 2 of the ladder", ">23<", ">7<", "partner.registered"):
        assert said in page, said
    assert "/pause" not in page
    assert PORTAL in (await browser.get("/console/partners")).body.decode()
    assert (await browser.get("/console/partners/nobody")).status == 404
    assert (await browser.get("/console/partners/%00")).status == 404


async def test_an_operator_pauses_a_partner_until_a_moment_and_resumes_it_on_record(
    hub: Hub, browser: Browser
) -> None:
    await browser.sign_in("operator")
    path = f"/console/partners/{PORTAL}"
    assert (await browser.post(f"{path}/pause", reason=" ", until="")).status == 422
    over = await browser.post(f"{path}/pause", reason=REASON, until="2001-01-01T10:00")
    assert (over.status, "That moment is over" in over.body.decode()) == (422, True)
    assert await hub.facts("PartnerPaused") == []
    until = "2099-08-24T12:00"
    done = await browser.post(f"{path}/pause", reason=REASON, until=until)
    assert "Done, on record" in done.body.decode()
    (fact,) = await hub.facts("PartnerPaused")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert event.until.isoformat() == "2099-08-24T10:00:00+00:00"
    assert await hub.services.vault.read_text(event.reason_id) == REASON
    page = (await browser.get(path)).body.decode()
    assert REASON in page
    assert "Send to it again" in page
    assert "Done, on record" in (await browser.post(f"{path}/resume", reason=REASON)).body.decode()
    assert len(await hub.facts("PartnerResumed")) == 1
    async with hub.services.pool.connection() as conn:
        assert not (await flows.read_flow(conn, PORTAL)).is_paused(hub.clock.at)


async def test_an_incident_is_listed_looked_into_and_closed_on_record(
    hub: Hub, browser: Browser
) -> None:
    incident = await _incident(hub)
    await browser.sign_in("operator")
    listed = (await browser.get(f"/console/incidents?party={REGISTRY}")).body.decode()
    assert incident in listed
    for none in (f"party={PORTAL}", "state=closed", "party=%00x"):
        assert incident not in (await browser.get(f"/console/incidents?{none}")).body.decode()
    path = f"/console/incidents/{incident}"
    page = (await browser.get(path)).body.decode()
    assert "refused to set it ready" in page
    assert f"{path}/close" in page
    sending = f"/console/send-again?incident={incident}"
    assert sending in page
    assert "1 message would go again" in (await browser.get(sending)).body.decode()
    again = await browser.post("/console/send-again", incident=incident, reason=REASON)
    assert incident in (await browser.get(again.headers["Location"])).body.decode()
    assert (await browser.post(f"{path}/close", reason="")).status == 422
    assert "Closed, on record" in (await browser.post(f"{path}/close", reason=REASON)).body.decode()
    (fact,) = await hub.facts("IncidentClosed")
    assert fact.actor.startswith("operator:")
    assert (await browser.get("/console/incidents/x")).status in {404, 422}
