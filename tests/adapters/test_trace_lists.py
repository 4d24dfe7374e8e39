"""Track and trace of many orders: those of a school, what is overdue, and a contract's use."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain.entitlement.commands import RecordRequestTaken
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import (
    OTHER_PORTAL,
    OTHER_SHOP,
    PORTAL,
    REGISTRY,
    SHOP,
)
from tests.adapters.http_stories import (
    ACTIVATION,
    ORDERS,
    activation,
    eck,
    entitled,
    order,
    ordered,
)
from tests.adapters.numbers_case import traced
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.anyio

CODE = SCHOOL["organisationMasterIdentifier"]
SCHOOLS = f"/schools/{CODE}"
OVERDUE = "/overdue"
OPEN: dict[str, Any] = {
    "deliveryType": "school-all",
    "deliverySpecification": {"school": SCHOOL, "totalQuantity": 30},
}


async def test_the_orders_of_a_school_and_whom_each_waits_for(hub: Hub) -> None:
    first, second = await ordered(hub, eck(1)), await entitled(hub, eck(2))
    await hub.call(SHOP, "PUT", ORDERS, order(**OPEN))
    await hub.catch_up()
    told = (await traced(hub, SCHOOLS)).json
    assert told["statuses"] == {"overdue": 1, "received": 1, "set-ready": 1}
    assert told["aliases"][0] == f"organisationMasterIdentifier {CODE}"
    assert told["total"] == 3
    by_id = {each["order"]["deliveryOrderId"]: each for each in told["orders"]}
    waiting = by_id[str(first.order_id)]["order"]["waitingOn"]
    assert [(each["partner"], each["kind"]) for each in waiting] == [(REGISTRY, "registry")]
    assert by_id[str(second.order_id)]["title"] == "Getal en Ruimte"
    assert by_id[str(second.order_id)]["order"]["waitingOn"][0]["partner"] == PORTAL
    (openly,) = by_id.keys() - {str(first.order_id), str(second.order_id)}
    assert by_id[openly]["order"]["waitingOn"][0]["role"] == "student-administration"
    # What it says of one order is what the trace of that order says.
    alone = (await traced(hub, f"/orders/{second.order_id}")).json
    assert by_id[str(second.order_id)]["order"] == alone


async def test_a_school_by_any_of_its_ids_in_parts_and_by_status(hub: Hub) -> None:
    for number in range(3):
        await ordered(hub, eck(number + 1))
    school_id = (await traced(hub, SCHOOLS)).json["schoolId"]
    for given in (school_id, CODE):
        told = (await traced(hub, f"/schools/{given}?limit=2&offset=1")).json
        assert (told["total"], len(told["orders"])) == (3, 2)
    told = (await traced(hub, f"{SCHOOLS}?status=in-use")).json
    assert (told["total"], told["orders"], told["statuses"]) == (0, [], {"received": 3})
    for nobody in ("999Z999", "OIE_CODE:99ZZ", "NO:1", "00000000-0000-4000-8000-000000000000"):
        answer = await traced(hub, f"/schools/{nobody}")
        assert (answer.status, answer.code) == (404, 23)


async def test_partners_see_their_own_orders_of_a_school(hub: Hub) -> None:
    await entitled(hub, eck(1), portals=[PORTAL, OTHER_PORTAL])
    assert (await traced(hub, SCHOOLS, SHOP)).json["total"] == 1
    assert (await traced(hub, SCHOOLS, OTHER_SHOP)).json["total"] == 0
    seen = await traced(hub, SCHOOLS, PORTAL)
    assert seen.json["total"] == 1
    for other in (OTHER_PORTAL, REGISTRY, SHOP):
        assert other.encode() not in seen.body
    await hub.consent(PORTAL, revoked=True)
    refused = await traced(hub, SCHOOLS, PORTAL)
    assert (refused.status, refused.code) == (403, 22)


async def test_what_is_overdue_is_told_with_who_has_it_since_when(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    await hub.submit((asked.entitlement_id, RecordRequestTaken(partner=REGISTRY, number=1)))
    await hub.catch_up()
    taken = (await hub.facts("RequestTaken"))[-1].recorded_at
    hub.clock.at = taken + timedelta(seconds=899)
    assert (await traced(hub, OVERDUE)).json == {"total": 0, "orders": []}
    hub.clock.at = taken + timedelta(seconds=901)
    told = (await traced(hub, OVERDUE)).json
    (late,) = told["orders"]
    assert (told["total"], late["deliveryOrderId"]) == (1, str(asked.order_id))
    assert (late["school"], late["title"]) == (CODE, "Getal en Ruimte")
    (waiting,) = late["waitingOn"]
    assert (waiting["partner"], waiting["role"], waiting["messages"]) == (REGISTRY, "registry", 1)
    assert datetime.fromisoformat(waiting["since"]) == taken
    status = (await traced(hub, f"/orders/{asked.order_id}")).json["status"]
    assert status == "overdue"
    assert (await traced(hub, OVERDUE, OTHER_SHOP)).json["total"] == 0
    assert (await traced(hub, OVERDUE, PORTAL)).json["total"] == 0
    assert (await traced(hub, OVERDUE, REGISTRY)).json["total"] == 1


async def test_an_order_that_waits_for_a_roster_is_overdue_from_its_first_day(hub: Hub) -> None:
    message = order(**OPEN)
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    start = message["deliveryOrder"]["startDate"]
    hub.clock.at = datetime.fromisoformat(f"{start}T12:00:00+00:00") - timedelta(days=1)
    assert (await traced(hub, OVERDUE)).json["total"] == 0
    hub.clock.at += timedelta(days=1)
    (late,) = (await traced(hub, OVERDUE)).json["orders"]
    assert [each["role"] for each in late["waitingOn"]] == ["student-administration"]


async def test_at_the_terminal(hub: Hub, tmp_path: Path) -> None:
    asked = await ordered(hub, eck(1), contractId="C-7")
    school = await _verb(hub, tmp_path, "school", CODE)
    assert school.exit_code == 0, school.output
    assert "1 received" in school.output
    assert f"waiting for {REGISTRY} (registry)" in school.output
    assert (await _verb(hub, tmp_path, "school", "999Z999")).exit_code == 1
    partners = await _verb(hub, tmp_path, "partners")
    stands = f"{REGISTRY} (registry): 1 open, 0 of them taken and not confirmed, the oldest since"
    assert stands in partners.output
    assert "0 orders are overdue" in (await _verb(hub, tmp_path, "overdue")).output
    late = await _verb(hub, tmp_path, "overdue", AANSPRAAK_OVERDUE_SECONDS="0.001")
    assert f"{asked.order_id}  Getal en Ruimte at {CODE}" in late.output
    await hub.call(REGISTRY, "PUT", ACTIVATION, activation(asked.entitlement_id, eck(1)))
    await hub.catch_up()
    contract = await _verb(hub, tmp_path, "contract", "C-7")
    assert "contract C-7: 1 activated of 1 ordered" in contract.output
    assert (await _verb(hub, tmp_path, "contract", "C-8")).exit_code == 1


async def _verb(hub: Hub, folder: Path, *given: str, **settings: str) -> Result:
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    told = {**key, **settings}
    return await asyncio.to_thread(typed, hub.url, folder, "trace", *given, **told)
