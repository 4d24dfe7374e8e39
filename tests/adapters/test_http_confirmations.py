"""PUT /entitlements/confirmations: what a registry and a portal may say, and about what."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.adapters.http_case import Hub
from tests.adapters.http_partners import OTHER_PORTAL, OTHER_REGISTRY, PORTAL, REGISTRY
from tests.adapters.http_stories import CONFIRMATIONS, confirmation, eck, entitled, ordered

pytestmark = pytest.mark.anyio


async def test_what_registry_and_portal_confirm_becomes_facts(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    answer = await hub.call(PORTAL, "PUT", CONFIRMATIONS, confirmation(asked))
    assert (answer.status, answer.body) == (202, b"")
    assert len(await hub.facts("EntitlementEntitled", "LinkPlaced")) == 2


async def test_a_confirmation_sent_twice_counts_once(hub: Hub) -> None:
    message = confirmation(await ordered(hub, eck(1)))
    for _ in range(2):
        assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, message)).status == 202
    assert len(await hub.facts("EntitlementEntitled")) == 1


async def test_the_words_of_a_refusal_lie_in_the_vault_and_not_in_the_fact(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    refusal = confirmation(
        asked,
        success=False,
        status=4011,
        statusMessage="Onbekend bij Piet",
        newEntitlementStatus="created",
    )
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    (refused,) = await hub.facts("RegistryRefused")
    event: Any = refused.event
    assert "Piet" not in repr(event)
    assert await hub.services.vault.read_text(event.status_message_id) == "Onbekend bij Piet"


async def test_u0000_is_removed_and_the_rest_taken(hub: Hub) -> None:
    asked = await ordered(hub, eck(1))
    refusal = confirmation(asked, success=False, status=4099, statusMessage="a\x00b")
    assert (await hub.call(REGISTRY, "PUT", CONFIRMATIONS, refusal)).status == 202
    event: Any = (await hub.facts("RegistryRefused"))[0].event
    assert await hub.services.vault.read_text(event.status_message_id) == "ab"


@pytest.mark.parametrize("reference", ["5f0c7a52-3f0e-4b7e-9d3b-0a6f2f1f9c11", "geen-uuid"])
async def test_an_unknown_reference_is_answered_with_4040_and_an_incident(
    hub: Hub, reference: str
) -> None:
    message = confirmation(await ordered(hub, eck(1)), entitlementReferenceId=reference)
    answer = await hub.call(REGISTRY, "PUT", CONFIRMATIONS, message)
    assert (answer.status, answer.code) == (400, 4040)
    assert await hub.incidents() == ["unknown-reference"]
    assert await hub.facts("EntitlementEntitled") == []


async def test_an_unknown_entitlement_is_answered_with_4040_and_one_incident(hub: Hub) -> None:
    message = confirmation(await ordered(hub, eck(1)), entitlementId=str(uuid4()))
    for _ in range(2):
        answer = await hub.call(REGISTRY, "PUT", CONFIRMATIONS, message)
        assert (answer.status, answer.code) == (400, 4040)
    assert await hub.incidents() == ["unknown-entitlement"]


async def test_what_is_no_confirmation_is_a_schema_fault(hub: Hub) -> None:
    answer = await hub.call(REGISTRY, "PUT", CONFIRMATIONS, {"success": "ja"})
    assert (answer.status, answer.code) == (400, 11)
    assert "success must be true or false" in answer.json["statusMessage"]
    assert "entitlementId is missing" in answer.json["statusMessage"]


async def test_another_registry_or_portal_confirms_nothing(hub: Hub) -> None:
    at_registry = confirmation(await ordered(hub, eck(1)))
    at_portal = confirmation(await entitled(hub, eck(2)))
    theirs = {**at_portal, "newUrlStatus": {"portal": OTHER_PORTAL, "urlStatus": "processed"}}
    for partner, message in (
        (OTHER_REGISTRY, at_registry),
        (OTHER_PORTAL, at_portal),
        (OTHER_PORTAL, theirs),
        (PORTAL, at_registry),
        (REGISTRY, at_portal),
    ):
        answer = await hub.call(partner, "PUT", CONFIRMATIONS, message)
        assert (partner, answer.status, answer.code) == (partner, 403, 21)
    assert await hub.facts("LinkPlaced") == []
    assert len(await hub.facts("EntitlementEntitled")) == 1
    assert set(await hub.incidents()) == {"not-yours"}


async def test_a_portal_confirms_only_for_itself(hub: Hub) -> None:
    asked = await entitled(hub, eck(1), portals=[PORTAL, OTHER_PORTAL])
    message = confirmation(asked, newUrlStatus={"portal": OTHER_PORTAL, "urlStatus": "processed"})
    answer = await hub.call(PORTAL, "PUT", CONFIRMATIONS, message)
    assert (answer.status, answer.code) == (403, 21)
    assert await hub.incidents() == ["not-yours"]
    assert await hub.facts("LinkPlaced") == []
