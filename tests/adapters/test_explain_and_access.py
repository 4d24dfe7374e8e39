"""What can be done now, and why a pupil cannot open a product: over HTTP and at the terminal."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from aanspraak.domain.entitlement.commands import RecordRequestTaken
from tests.adapters.http_case import Answer, Hub
from tests.adapters.http_partners import BOOK, OTHER_BOOK, PORTAL, REGISTRY, SHOP, token
from tests.adapters.http_stories import (
    CONFIRMATIONS,
    ORDERS,
    Ordered,
    confirmation,
    eck,
    entitled,
    order,
    ordered,
)
from tests.adapters.verb_case import typed
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.anyio

ACCESS = "/ops/v1/access"
NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_what_can_be_done_with_an_entitlement_and_an_order(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    path = f"/trace/v1/entitlements/{asked.entitlement_id}/explanation"
    told = (await _get(hub, f"{path}?language=nl")).json
    assert (told["state"], told["entitlementId"]) == ("entitled", str(asked.entitlement_id))
    block = next(one for one in told["commands"] if one["command"] == "block")
    assert (block["outcome"], block["text"]) == ("possible", "tijdelijk blokkeren")
    assert block["topics"][0] == "entitlement.block-asked"
    assert any(REGISTRY in sentence for sentence in block["follows"])
    told = (await _get(hub, f"/trace/v1/orders/{asked.order_id}/explanation")).json
    assert told["state"] == "ordered"
    frozen = next(one for one in told["commands"] if one["command"] == "change-something-else")
    assert (frozen["outcome"], frozen["rule"], frozen["status"]) == (
        "refused",
        "FrozenFieldChanged",
        4160,
    )
    assert "startDate" in frozen["why"]


async def test_only_an_operator_is_told_and_only_of_what_there_is(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    path = f"/trace/v1/orders/{asked.order_id}/explanation"
    bearer = {"Authorization": f"Bearer {token(SHOP, 'aanspraak.trace', 'aanspraak.operate')}"}
    refused = await hub.call(None, "GET", path, **bearer)
    assert (refused.status, refused.code) == (403, 21)
    for what in ("orders", "entitlements"):
        assert (await _get(hub, f"/trace/v1/{what}/{NOBODY}/explanation")).status == 404
    # The stream of an order is no entitlement, whoever gives its id.
    stream = (await hub.facts("DeliveryOrderReceived"))[-1].stream_id
    assert (await _get(hub, f"/trace/v1/entitlements/{stream}/explanation")).status == 404


async def test_from_an_order_to_a_link_the_first_thing_wrong_is_told(hub: Hub) -> None:
    elsewhere = {"organisationMasterIdentifier": "999Z999"}
    assert await _first(hub, eck(1), school=elsewhere) == "school-unknown"
    asked = await ordered(hub, eck(1))
    assert await _first(hub, eck(2)) == "not-named"
    assert await _first(hub, eck(1), productId=OTHER_BOOK) == "no-order"
    assert await _first(hub, eck(1), productId="9780000000000") == "product-unknown"
    assert await _first(hub, eck(1)) == "not-taken"
    await hub.submit((asked.entitlement_id, RecordRequestTaken(partner=REGISTRY, number=1)))
    await hub.catch_up()
    told = (await _ask(hub, eck(1), language="nl")).json
    (cause,) = told["causes"]
    assert (cause["cause"], cause["partner"], cause["waitsFor"]) == (
        "not-confirmed",
        REGISTRY,
        "registry",
    )
    assert cause["text"] == f"{REGISTRY} nam het bericht aan en heeft niet bevestigd"
    assert cause["since"] == _moment((await hub.facts("RequestTaken"))[-1].recorded_at)


async def test_what_was_delivered_can_be_opened_and_the_chain_is_shown(hub: Hub) -> None:
    asked = await _delivered(hub)
    told = (await _ask(hub, eck(1))).json
    assert (told["canOpen"], told["causes"]) == (True, [])
    assert told["entitlementId"] == str(asked.entitlement_id)
    assert told["deliveryOrderId"] == str(asked.order_id)
    assert [(step["step"], step["state"]) for step in told["steps"]] == [
        ("order", "processed"),
        ("entitlement", "entitled"),
        ("registry", "entitled"),
        ("link", "placed"),
        ("activation", "not-used"),
    ]
    by_itself = {"entitlementId": str(asked.entitlement_id)}
    assert (await _post(hub, by_itself)).json["steps"] == told["steps"]


async def test_when_the_school_takes_its_consent_back_that_is_told(hub: Hub) -> None:
    await _delivered(hub)
    await hub.consent(PORTAL, revoked=True)
    assert await _first(hub, eck(1)) == "no-consent"


async def test_somebody_who_was_forgotten_is_told_of_by_the_entitlement_alone(hub: Hub) -> None:
    asked = await _delivered(hub)
    subject = (await hub.facts("EntitlementCreated"))[-1].event
    await hub.services.vault.forget(subject.subject_id)  # type: ignore[attr-defined]
    told = (await _post(hub, {"entitlementId": str(asked.entitlement_id)})).json
    assert [cause["cause"] for cause in told["causes"]] == ["forgotten"]
    assert await _first(hub, eck(1)) == "not-named"


async def test_a_code_is_looked_up_at_the_registry_of_the_product(hub: Hub) -> None:
    question = {"productId": BOOK, "activationCode": "abc-123"}
    assert (await _post(hub, question)).json["causes"][0]["cause"] == "code-unknown"
    message = order(
        deliveryType="school-activationcodes",
        deliverySpecification={"school": SCHOOL, "activationCodes": ["ABC 123"]},
    )
    assert (await hub.call(SHOP, "PUT", ORDERS, message)).status == 202
    await hub.catch_up()
    told = (await _post(hub, question)).json
    assert [cause["cause"] for cause in told["causes"]] == ["not-taken"]


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"productId": BOOK}, "needs one of user, activationCode and entitlementId"),
        ({"productId": BOOK, "user": eck(1)}, "the school of the user"),
        ({"activationCode": "ABC"}, "or give entitlementId"),
    ],
)
async def test_half_a_question_is_refused_naming_what_is_missing(
    hub: Hub, question: dict[str, Any], fault: str
) -> None:
    answer = await _post(hub, question)
    assert (answer.status, answer.code) == (400, 11)
    assert fault in answer.body.decode()


async def test_at_the_terminal(hub: Hub, tmp_path: Path) -> None:
    """Where it is whatever day it is, so the order is for every day."""
    every_day = {"startDate": "2020-01-01", "activationUntilDate": "2199-12-31"}
    asked = await _delivered(hub, **every_day)
    given = ("--product", BOOK, "--school", SCHOOL["organisationMasterIdentifier"])
    kind = ("--user-type", "userMasterIdentifier")
    identifier = eck(1)["userMasterIdentifier"]
    can = await _verb(hub, tmp_path, "access", *given, *kind, typing=identifier)
    assert can.exit_code == 0, can.output
    assert "Yes" in can.output
    assert f"ok link in {PORTAL}: placed" in can.output
    assert identifier not in can.output
    cannot = await _verb(
        hub,
        tmp_path,
        "access",
        *given,
        "--user",
        "-",
        "--language",
        "nl",
        typing=json.dumps(eck(2)),
    )
    assert "het is op naam besteld" in cannot.output
    coded = await _verb(hub, tmp_path, "access", "--product", BOOK, "--code", typing="ABC")
    assert "no order names this code" in coded.output
    assert "ABC" not in coded.output
    for one in (asked.entitlement_id, asked.order_id):
        told = await _verb(hub, tmp_path, str(one))
        assert told.exit_code == 0, told.output
        assert "[operator]" in told.output
    assert (await _verb(hub, tmp_path, NOBODY)).exit_code == 1
    assert (await _verb(hub, tmp_path, "access", "--product", BOOK)).exit_code == 2
    assert (await _verb(hub, tmp_path, "access", *given, "--user", "x")).exit_code == 2


async def _verb(hub: Hub, folder: Path, *given: str, typing: str = "") -> Result:
    # The number of the key that vault_case encrypts with.
    key = {"AANSPRAAK_VAULT_ENCRYPTION_KEYS": f'{{"1": "{"65" * 32}"}}'}
    return await asyncio.to_thread(typed, hub.url, folder, "explain", *given, typing=typing, **key)


async def _delivered(hub: Hub, **changed: str) -> Ordered:
    asked = await entitled(hub, eck(1), **changed)
    await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    await hub.catch_up()
    return asked


async def _first(hub: Hub, user: dict[str, str], **changed: Any) -> str:  # noqa: ANN401 - of the body
    told = (await _ask(hub, user, **changed)).json
    assert not told["canOpen"]
    return str(told["causes"][0]["cause"])


async def _ask(hub: Hub, user: dict[str, str], **changed: Any) -> Answer:  # noqa: ANN401 - of the body
    return await _post(hub, {"productId": BOOK, "school": SCHOOL, "user": user, **changed})


async def _post(hub: Hub, question: dict[str, Any]) -> Answer:
    return await hub.call(None, "POST", ACCESS, question, **_operator())


async def _get(hub: Hub, path: str) -> Answer:
    return await hub.call(None, "GET", path, **_operator())


def _operator() -> dict[str, str]:
    bearer = token("anybody", "aanspraak.trace", "aanspraak.operate")
    return {"Authorization": f"Bearer {bearer}"}


def _moment(at: Any) -> str:  # noqa: ANN401 - a datetime
    return str(at.isoformat().replace("+00:00", "Z"))
