"""Who was forgotten does not come back through what others still say; what they did counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from adapters.security.persons import user_reference
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import ACTIVATION, activation, eck, entitled, ordered
from tests.adapters.numbers_case import operated
from tests.adapters.open_order_case import ordered_openly, school_of
from tests.adapters.wire_case import SCHOOL

if TYPE_CHECKING:
    from tests.adapters.http_case import Answer, Hub

pytestmark = pytest.mark.anyio

OFFICIAL = {"kind": "employee", "roles": ["administratief-medewerker"]}
FORCED = {"force": True, "atOnce": True}


async def _forget(hub: Hub, student: dict[str, Any], **asked: object) -> Answer:
    answer = await operated(hub, "POST", "/persons/forget", {"user": student, **asked})
    await hub.catch_up()
    return answer


async def _uses(hub: Hub, entitlement_id: UUID, user: dict[str, Any], **changed: object) -> None:
    message = activation(entitlement_id, user, **changed)
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    await hub.catch_up()


async def _taken_roster(hub: Hub, *lines: dict[str, Any]) -> None:
    body = {"school": SCHOOL["organisationMasterIdentifier"], "lines": list(lines)}
    assert (await operated(hub, "POST", "/rosters/import", body)).status == 200
    await hub.catch_up()


async def _handed_out(hub: Hub) -> UUID:
    """An entitlement of an official, for others of the school to use."""
    await ordered_openly(hub, "school-admin", totalQuantity=5)
    await _taken_roster(hub, {**eck(1), **OFFICIAL})
    (created,) = await hub.facts("EntitlementCreated")
    return created.stream_id


async def _reported(hub: Hub) -> list[Any]:
    return [fact.event for fact in await hub.facts("InitialActivationReported")]


async def _known(hub: Hub, student: dict[str, Any]) -> UUID | None:
    return await hub.services.vault.find(
        user_reference(student["userMasterIdentifier"], (), scope="")
    )


def _count(url: str, table: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute(f"SELECT count(*) FROM vault.{table}".encode()).fetchone()
    assert row
    return int(row[0])


async def test_who_uses_a_code_is_not_stored(hub: Hub) -> None:
    named = {"school": SCHOOL, "activationCodes": ["AB12-CD34"]}
    codes = {"deliveryType": "school-activationcodes", "deliverySpecification": named}
    asked = await ordered(hub, eck(1), **codes)
    for user in (eck(5), eck(6)):
        told = {"activationCode": "AB12-CD34", "entitlementType": "school-activationcode"}
        await _uses(hub, asked.entitlement_id, user, **told)
    (created,) = await hub.facts("EntitlementCreated")
    (use,) = await _reported(hub)
    assert use.user_subject_id == created.event.subject_id  # type: ignore[attr-defined]
    assert await _known(hub, eck(5)) is None


async def test_another_code_is_not_taken_for_the_same_use(hub: Hub) -> None:
    named = {"school": SCHOOL, "activationCodes": ["AB12-CD34"]}
    codes = {"deliveryType": "school-activationcodes", "deliverySpecification": named}
    asked = await ordered(hub, eck(1), **codes)
    for code in ("AB12-CD34", "ZZ99"):
        told = {"activationCode": code, "entitlementType": "school-activationcode"}
        await _uses(hub, asked.entitlement_id, eck(5), **told)
    assert len({use.user_subject_id for use in await _reported(hub)}) == 2


async def test_a_forgotten_person_who_uses_what_was_meant_for_another_is_somebody_else(
    hub: Hub,
) -> None:
    await ordered(hub, eck(2))
    assert (await _forget(hub, eck(2), **FORCED)).status == 200
    asked = await entitled(hub, eck(1))
    await _uses(hub, asked.entitlement_id, eck(2))
    (use,) = await _reported(hub)
    assert use.anomalies == ("activated-by-another-user",)
    assert await _known(hub, eck(2)) is None


async def test_a_late_first_use_of_a_forgotten_person_counts(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    assert (await _forget(hub, eck(1), **FORCED)).json["outcome"] == "forgotten"
    await _uses(hub, asked.entitlement_id, eck(1))
    (created,) = await hub.facts("EntitlementCreated")
    (use,) = await _reported(hub)
    assert (use.first, use.user_subject_id) == (True, created.event.subject_id)  # type: ignore[attr-defined]
    assert await _known(hub, eck(1)) is None
    assert _count(hub.url, "held_activations") == 0


async def test_each_user_of_what_a_school_hands_out_is_told_apart(hub: Hub) -> None:
    entitlement_id = await _handed_out(hub)
    for user in (eck(7), eck(8), eck(7)):
        await _uses(hub, entitlement_id, user)
    uses = await _reported(hub)
    assert len({use.user_subject_id for use in uses}) == len(uses) == 2
    assert [use.anomalies for use in uses] == [(), ()]


async def test_what_is_told_again_of_a_forgotten_user_of_the_school_counts_without_storing(
    hub: Hub,
) -> None:
    entitlement_id = await _handed_out(hub)
    await _uses(hub, entitlement_id, eck(7))
    user = await _known(hub, eck(7))
    assert (await _forget(hub, eck(7))).json["outcome"] == "forgotten"
    await _uses(hub, entitlement_id, eck(7))
    await _uses(hub, entitlement_id, eck(7), expirationDate="2028-07-31")
    assert [use.user_subject_id for use in await _reported(hub)] == [user, user]
    assert await _known(hub, eck(7)) is None
    await _uses(hub, entitlement_id, eck(9), usageDate="2026-09-01")
    assert (await _reported(hub))[-1].user_subject_id != user


async def test_who_is_in_a_roster_is_forgotten_only_when_forced_and_comes_back_as_somebody_new(
    hub: Hub,
) -> None:
    pupil = eck(3)
    await ordered(hub, eck(1))
    await _taken_roster(hub, pupil, eck(4))
    school = await school_of(hub)
    first = await _known(hub, pupil)
    refused = await _forget(hub, pupil)
    assert refused.status == 409
    assert "in 1 followed rosters" in refused.json["statusMessage"]
    assert first in await _members(hub, school)
    assert (await _forget(hub, pupil, force=True)).json["outcome"] == "forgotten"
    assert first not in await _members(hub, school)
    await _taken_roster(hub, pupil, eck(4))
    again = await _known(hub, pupil)
    assert again not in (None, first)
    assert again in await _members(hub, school)


async def _members(hub: Hub, school: UUID) -> set[UUID]:
    async with hub.services.pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT subject_id FROM roster.memberships WHERE school_id = %s", (school,)
        )
        return {row[0] for row in await cursor.fetchall()}
