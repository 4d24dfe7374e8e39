"""Incidents from beginning to end: they open, say what to do, and close when it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from adapters.sandbox.orders import Order
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


async def test_refused_is_an_incident_until_it_was_sent_again_and_went_well(
    start_chain: StartChain,
) -> None:
    refusing = {"refuseProducts": [BOOK], "refuseStatus": 4011}
    async with start_chain(behaviour={"uitgever": refusing}) as chain:
        await _send(chain, student_order("104A158", BOOK, range(3), portals=("portaal",)))
        incident = await _becomes(chain, "uitgever", "open", concerned=3)
        assert (incident["kind"], incident["code"]) == ("registry-refused", 4011)
        told = await chain.verb("incidents", "--open", "--language", "nl")
        assert "uitgever weigerde het klaar te zetten" in told
        assert "wat te doen" in told
        await chain.sandbox("uitgever", "PUT", "behaviour", {})
        chain.processes.start("work", "work", DATABASE_URL=chain.deployment.runtime_url)
        again = ("send-again", "--incident", incident["incidentId"])
        assert "3 messages would go again" in await chain.verb(*again)
        await chain.verb(*again, "--yes", "--reason", "het staat erin")
        incident = await _becomes(chain, "uitgever", "closed", concerned=3)
        assert (incident["closedBy"], incident["closedCause"]) == ("hub", "mended")
        assert "het staat erin" in await chain.verb("incidents", "show", incident["incidentId"])


async def test_overdue_is_an_incident_until_the_answer_comes(start_chain: StartChain) -> None:
    late = {"delaySeconds": 25}
    async with start_chain(behaviour={"uitgever": late}, overdue_seconds="3") as chain:
        await _send(chain, student_order("104A158", BOOK, range(2), portals=("portaal",)))
        incident = await _becomes(chain, "uitgever", "open", concerned=2)
        assert incident["kind"] == "confirmation-overdue"
        detail = await chain.get(f"/trace/v1/incidents/{incident['incidentId']}")
        assert len(detail["affected"]) == 2
        closed = await _becomes(chain, "uitgever", "closed")
        assert closed["incidentId"] == incident["incidentId"]


async def test_an_operator_closes_one_with_a_reason(start_chain: StartChain) -> None:
    refusing = {"refuseProducts": [BOOK], "refuseStatus": 4099}
    async with start_chain(behaviour={"portaal": refusing}) as chain:
        await _send(chain, student_order("104A158", BOOK, range(1), portals=("portaal",)))
        incident = await _becomes(chain, "portaal", "open", concerned=1)
        assert incident["kind"] == "link-refused"
        path = f"/incidents/{incident['incidentId']}/close"
        await chain.operate("POST", path, {"reason": "the school left that portal"})
        incident = await _becomes(chain, "portaal", "closed")
        assert incident["closedBy"] == "operator"
        mine = await chain.get("/trace/v1/incidents", "portaal", "portal")
        assert [each["state"] for each in mine] == ["closed"]
        shown = await chain.verb("incidents", "show", incident["incidentId"])
        assert "the school left that portal" in shown


async def _send(chain: Chain, order: Order) -> None:
    await chain.sandbox("winkel", "POST", "order", order.request())


async def _becomes(chain: Chain, party: str, state: str, concerned: int | None = None) -> Any:  # noqa: ANN401 - JSON
    async def ask() -> Any:  # noqa: ANN401 - JSON
        return await chain.get(f"/trace/v1/incidents?party={party}&state={state}")

    def so(found: Any) -> bool:  # noqa: ANN401 - JSON
        return len(found) == 1 and concerned in {None, found[0]["concerned"]}

    (incident,) = await until(ask, so, seconds=90, about=f"the incident of {party}")
    return incident
