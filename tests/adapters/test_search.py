"""POST /ops/v1/search and `aanspraak find`: by whatever support is told on the phone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import (
    BOOK,
    OTHER_BOOK,
    OTHER_PORTAL,
    PORTAL,
    REGISTRY,
    SHOP,
    token,
)
from tests.adapters.http_stories import ORDERS, eck, entitled, order, ordered
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.anyio

SEARCH = "/ops/v1/search"
CODE = SCHOOL["organisationMasterIdentifier"]
Hit = tuple[str, str]


async def test_by_a_number_or_the_beginning_of_one(hub: Hub) -> None:
    asked = await ordered(hub, eck(1), contractId="contract-2026-7")
    order_id, entitlement_id = str(asked.order_id), str(asked.entitlement_id)
    for text in (order_id, order_id[:13], order_id.upper(), f"  {order_id} "):
        assert await _found(hub, text) == [("order", order_id)]
    for text in (entitlement_id, entitlement_id[:13]):
        assert await _found(hub, text) == [("entitlement", entitlement_id)]
    assert await _found(hub, "contract-2026-7") == [("contract", "contract-2026-7")]
    assert await _found(hub, "contract-20") == [("contract", "contract-2026-7")]
    assert await _found(hub, "contract-2027") == []


async def test_by_the_reference_ids_of_messages_in_and_out(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    sent = (await hub.facts("DeliveryOrderReceived"))[-1].event
    assert await _found(hub, sent.reference_id) == [("order", str(asked.order_id))]  # type: ignore[attr-defined]
    for reference in (asked.to_registry, asked.to_portal):
        assert await _found(hub, reference) == [("entitlement", str(asked.entitlement_id))]
    await hub.call(SHOP, "PUT", ORDERS, order(eck(1), order_id=asked.order_id))
    await hub.catch_up()
    answered = (await hub.facts("ConfirmationIssued"))[-1].event
    receipt = str(answered.receive_id)  # type: ignore[attr-defined]
    assert await _found(hub, receipt) == [("order", str(asked.order_id))]


async def test_by_a_school_a_product_or_a_partner(hub: Hub) -> None:
    await ordered(hub, eck(1))
    for text in (CODE, CODE.lower(), CODE[1:4]):
        (school,) = (await _search(hub, text=text)).json["hits"]
        assert (school["kind"], school["title"], school["number"]) == ("school", CODE, 1)
    assert ("product", BOOK) in await _found(hub, BOOK)
    products = await _found(hub, "ruimte getal")
    assert {("product", BOOK), ("product", OTHER_BOOK)} <= {*products}
    assert await _found(hub, PORTAL) == [("partner", PORTAL), ("partner", OTHER_PORTAL)]
    assert await _found(hub, "100%") == []


async def test_by_the_name_of_a_school(hub: Hub) -> None:
    await ordered(hub, eck(1))
    assert await _found(hub, "eikenhorst") == []
    vault = hub.services.vault
    school = await vault.find_school(CODE, [])
    assert school is not None
    for name in ("Het Voorbeeld", "De Eikenhorst, Kleurrijk"):
        await vault.name_school(school.school_id, name)
    for text in ("eikenhorst", "kleurrijk eiken", CODE):
        (found,) = (await _search(hub, text=text)).json["hits"]
        assert (found["kind"], found["id"]) == ("school", str(school.school_id))
        assert (found["title"], found["number"]) == (f"De Eikenhorst, Kleurrijk ({CODE})", 1)
    assert await _found(hub, "voorbeeld") == []


async def test_by_a_pupils_identifier_and_by_a_code(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    identifier = eck(1)["userMasterIdentifier"]
    for question in ({"text": identifier}, {"user": eck(1)}):
        answer = await _search(hub, **question)
        person, entitlement = answer.json["hits"]
        assert (person["kind"], person["number"], person["detail"]) == ("person", 1, CODE)
        assert entitlement["id"] == str(asked.entitlement_id)
        assert identifier.encode() not in answer.body
    message = order(
        deliveryType="school-activationcodes",
        deliverySpecification={"school": SCHOOL, "activationCodes": ["QX-12 34"]},
    )
    await hub.call(SHOP, "PUT", ORDERS, message)
    await hub.catch_up()
    for question in ({"text": "qx1234"}, {"activationCode": "QX 1234"}):
        kinds = [hit["kind"] for hit in (await _search(hub, **question)).json["hits"]]
        assert kinds == ["person", "entitlement"]
    assert (await _search(hub, user=eck(2))).json["hits"] == []


async def test_what_is_shown_says_what_it_is_how_it_stands_and_where_to_go(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    (hit,) = (await _search(hub, text=str(asked.entitlement_id), language="nl")).json["hits"]
    assert (hit["title"], hit["detail"]) == ("Getal en Ruimte", CODE)
    assert (hit["status"], hit["state"]) == ("entitled", "staat klaar")
    bearer = _operator()
    assert (await hub.call(None, "GET", hit["path"], **bearer)).status == 200
    (hit,) = (await _search(hub, text=str(asked.order_id))).json["hits"]
    assert (await hub.call(None, "GET", hit["path"], **bearer)).status == 200


async def test_of_each_kind_there_are_so_many_and_it_says_that_there_is_more(hub: Hub) -> None:
    for _ in range(3):
        await ordered(hub, eck(1), contractId="C-1")
    answer = (await _search(hub, user=eck(1), limit=2)).json
    assert [hit["kind"] for hit in answer["hits"]] == ["person", "entitlement", "entitlement"]
    assert answer["more"] == ["entitlement"]
    assert (await _search(hub, user=eck(1), limit=3)).json["more"] == []


async def test_only_an_operator_searches_and_for_one_thing(hub: Hub) -> None:
    bearer = {"Authorization": f"Bearer {token(SHOP, 'aanspraak.trace', 'aanspraak.operate')}"}
    assert (await hub.call(None, "POST", SEARCH, {"text": BOOK}, **bearer)).status == 403
    for body in ({}, {"text": "x", "user": eck(1)}, {"text": " "}, {"text": "x", "limit": 0}):
        answer = await hub.call(None, "POST", SEARCH, body, **_operator())
        assert (answer.status, answer.code) == (400, 11)


async def test_at_the_terminal(hub: Hub, tmp_path: Path) -> None:
    asked = await ordered(hub, eck(1))
    identifier = eck(1)["userMasterIdentifier"]
    found = await _verb(hub, tmp_path, str(asked.order_id))
    assert found.exit_code == 0, found.output
    assert f"order        {asked.order_id}  Getal en Ruimte, {CODE}, ordered" in found.output
    pupil = await _verb(hub, tmp_path, "--user-type", "userMasterIdentifier", typing=identifier)
    assert f"entitlement  {asked.entitlement_id}" in pupil.output
    assert identifier not in pupil.output
    refused = await _verb(hub, tmp_path, identifier)
    assert refused.exit_code == 2
    assert identifier not in refused.output
    nothing = await _verb(hub, tmp_path, "nothing like it")
    assert (nothing.exit_code, "nothing was found" in nothing.output) == (1, True)
    partner = await _verb(hub, tmp_path, REGISTRY, "--limit", "1", "--language", "nl")
    assert "there is more of kind partner" in partner.output


async def _verb(hub: Hub, folder: Path, *given: str, typing: str = "") -> Result:
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    return await asyncio.to_thread(typed, hub.url, folder, "find", *given, typing=typing, **key)


async def _found(hub: Hub, text: str) -> list[Hit]:
    answer = await _search(hub, text=text)
    return [(hit["kind"], hit["id"]) for hit in answer.json["hits"]]


async def _search(hub: Hub, **question: Any) -> Answer:  # noqa: ANN401 - of the body
    answer = await hub.call(None, "POST", SEARCH, question, **_operator())
    assert answer.status == 200, answer.body
    return answer


def _operator() -> dict[str, str]:
    bearer = token("anybody", "aanspraak.trace", "aanspraak.operate")
    return {"Authorization": f"Bearer {bearer}"}
