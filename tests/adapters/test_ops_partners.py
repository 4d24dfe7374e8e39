"""/ops/v1/partners: which of them read Kafka, by a key that an operator sets for a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.security.issuing import new_key
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import PORTAL
from tests.adapters.numbers_case import operated

pytestmark = pytest.mark.anyio

KEY = new_key()
PUBLIC = KEY.as_dict(private=False)


async def _known(hub: Hub) -> str:
    await hub.catch_up()
    partners = {one.partner: one for one in await hub.services.directory.partners()}
    return partners[PORTAL].public_key


async def test_a_key_is_in_force_until_another_replaces_it_or_it_is_removed(hub: Hub) -> None:
    answer = await operated(hub, "PUT", f"/partners/{PORTAL}/key", {"publicKey": PUBLIC})
    assert (answer.status, answer.json["readsKafka"]) == (200, True)
    assert json.loads(await _known(hub))["kid"] == answer.json["keyId"]
    another = new_key().as_dict(private=False)
    await operated(hub, "PUT", f"/partners/{PORTAL}/key", {"publicKey": another})
    assert json.loads(await _known(hub))["x"] == another["x"]
    removed = await operated(hub, "POST", f"/partners/{PORTAL}/key/remove")
    assert (removed.status, removed.json["readsKafka"]) == (200, False)
    assert await _known(hub) == ""


async def test_who_set_it_and_why_lie_in_the_vault(hub: Hub) -> None:
    await operated(hub, "PUT", f"/partners/{PORTAL}/key", {"publicKey": PUBLIC})
    (fact,) = await hub.facts("PartnerKeySet")
    event: Any = fact.event
    assert fact.actor.startswith("operator:")
    assert await hub.services.vault.read_text(event.reason_id) == "as agreed by telephone"


@pytest.mark.parametrize(
    "key", [KEY.as_dict(private=True), {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC"}, {}]
)
async def test_a_secret_and_what_is_no_key_are_refused_and_never_kept(
    hub: Hub, key: dict[str, Any]
) -> None:
    answer = await operated(hub, "PUT", f"/partners/{PORTAL}/key", {"publicKey": key})
    assert (answer.status, answer.json["status"]) == (400, 11)
    assert "publicKey" in answer.json["statusMessage"]
    assert await hub.facts("PartnerKeySet") == []
