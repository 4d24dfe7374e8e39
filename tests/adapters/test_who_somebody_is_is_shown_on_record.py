"""Whose an entitlement is, shown for a reason and on record; the reason goes with the person."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.http_stories import eck, entitled
from tests.adapters.numbers_case import SIGNED, operated
from tests.adapters.verb_case import typed

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from tests.adapters.http_case import Hub

pytestmark = pytest.mark.anyio

PUPIL = eck(1)["userMasterIdentifier"]
REVEAL = "/persons/reveal"
# The numbers and keys of the vault of a test's hub.
HASH_KEYS, ENCRYPTION_KEYS = f'{{"1": "{"01" * 32}"}}', f'{{"1": "{"65" * 32}"}}'


async def test_it_is_shown_once_that_is_on_record(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    shown = await operated(hub, "POST", REVEAL, {"entitlementId": str(asked.entitlement_id)})
    assert shown.json["identifiers"] == [{"kind": "userMasterIdentifier", "value": PUPIL}]
    assert shown.headers["Cache-Control"] == "no-store"
    (fact,) = await hub.facts("PersonRevealed")
    event: Any = fact.event
    assert (str(event.subject_id), fact.actor[:9]) == (shown.json["subjectId"], "operator:")
    assert await hub.services.vault.read_text(event.reason_id) == SIGNED["reason"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"entitlementId": "7d5a1a52-8c39-4e2e-9e6b-0c8f0d4f8a12"}, 404), ({}, 400)],
)
async def test_whom_nobody_knows_is_shown_to_nobody(
    hub: Hub, body: dict[str, Any], status: int
) -> None:
    assert (await operated(hub, "POST", REVEAL, body)).status == status
    assert await hub.facts("PersonRevealed") == []


async def test_who_may_only_trace_is_not_told(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    body = {"entitlementId": str(asked.entitlement_id)}
    refused = await operated(hub, "POST", REVEAL, body, "aanspraak.trace")
    assert (refused.status, PUPIL.encode() in refused.body) == (403, False)
    assert await hub.facts("PersonRevealed") == []


async def test_the_verb_shows_it_on_record_too(hub: Hub, tmp_path: Path) -> None:
    asked = await entitled(hub, eck(1))
    keys = {
        "AANSPRAAK_VAULT_HASH_KEYS": HASH_KEYS,
        "AANSPRAAK_VAULT_ENCRYPTION_KEYS": ENCRYPTION_KEYS,
    }

    async def verb(*given: str) -> Any:  # noqa: ANN401 - typer's result
        return await asyncio.to_thread(typed, hub.url, tmp_path, "reveal", *given, **keys)

    entitlement = str(asked.entitlement_id)
    assert (await verb(entitlement, "--reason", " ")).exit_code == 2
    assert await hub.facts("PersonRevealed") == []
    shown = await verb(entitlement, "--reason", "the school calls")
    assert (shown.exit_code, PUPIL in shown.output) == (0, True), shown.output
    assert len(await hub.facts("PersonRevealed")) == 1
    assert (await verb(str(asked.order_id), "--reason", "the school calls")).exit_code == 1


async def test_why_somebody_did_something_is_forgotten_with_whom_it_is_about(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    entitlement = {"entitlementId": str(asked.entitlement_id)}
    await operated(hub, "POST", REVEAL, entitlement)
    await operated(hub, "POST", "/entitlements/block", {"entitlements": entitlement})
    reasons = [await _reason(hub, kind) for kind in ("PersonRevealed", "BlockAsked")]
    assert set((await hub.services.vault.read_texts(reasons)).values()) == {SIGNED["reason"]}
    await hub.services.vault.forget(await _subject(hub))
    assert await hub.services.vault.read_texts(reasons) == {}


async def test_why_many_were_blocked_is_not_forgotten_with_one_of_them(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    order = {"deliveryOrderId": str(asked.order_id)}
    await operated(hub, "POST", "/entitlements/block", {"entitlements": order})
    await hub.services.vault.forget(await _subject(hub))
    reason = await _reason(hub, "BlockAsked")
    assert await hub.services.vault.read_text(reason) == SIGNED["reason"]


async def _reason(hub: Hub, kind: str) -> UUID:
    event: Any = (await hub.facts(kind))[0].event
    reason: UUID = event.reason_id
    return reason


async def _subject(hub: Hub) -> UUID:
    created: Any = (await hub.facts("EntitlementCreated"))[0].event
    subject: UUID = created.subject_id
    return subject
