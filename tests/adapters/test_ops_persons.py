"""/ops/v1/persons/forget: who it was is gone, what happened stays, and nothing brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from aanspraak.domain.entitlement.commands import RecordRequestTaken
from adapters.postgres.connection import connect
from adapters.postgres.forgetting import erase_again
from tests.adapters.http_partners import PORTAL, REGISTRY, SHOP
from tests.adapters.http_stories import ACTIVATION, ENTITLEMENTS, activation, eck, entitled, ordered
from tests.adapters.numbers_case import TRACING, operated

if TYPE_CHECKING:
    from uuid import UUID

    from tests.adapters.http_case import Answer, Hub

pytestmark = pytest.mark.anyio

FORGET = "/persons/forget"
VAULT = ("identifiers", "person_references", "texts", "held_activations")


async def _forget(hub: Hub, student: dict[str, Any], **asked: object) -> Answer:
    answer = await operated(hub, "POST", FORGET, {"user": student, **asked})
    await hub.catch_up()
    return answer


async def _took(hub: Hub, stream: UUID, partner: str, *numbers: int) -> None:
    """What the gateway records: these messages got their 202."""
    for number in numbers:
        await hub.submit((stream, RecordRequestTaken(partner=partner, number=number)))
    await hub.catch_up()


async def _subject(hub: Hub) -> UUID:
    created: Any = (await hub.facts("EntitlementCreated"))[0].event
    subject: UUID = created.subject_id
    return subject


async def test_a_dry_run_counts_and_changes_nothing(hub: Hub) -> None:
    await entitled(hub, eck(1))
    before = len(await hub.facts())
    counted = (await _forget(hub, eck(1), dryRun=True)).json
    assert counted["outcome"] == "would-be-refused"
    assert (counted["identifiers"], counted["references"]) == (1, 1)
    assert (counted["liveEntitlements"], counted["unusedEntitlements"]) == (1, 1)
    assert len(await hub.facts()) == before
    assert (await _forget(hub, eck(1), dryRun=True, force=True)).json["outcome"] == (
        "would-be-forgotten"
    )


async def test_who_has_a_live_entitlement_is_not_forgotten_unless_forced(hub: Hub) -> None:
    await entitled(hub, eck(1))
    refused = await _forget(hub, eck(1))
    assert refused.status == 409
    assert "1 live entitlements, of which 1 never used" in refused.json["statusMessage"]
    assert refused.json["statusMessage"].count("it can be forced") == 1
    assert await hub.facts("PersonForgotten", "CancellationAsked") == []


async def test_forced_the_partners_hear_of_it_before_the_person_goes(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    await _took(hub, asked.entitlement_id, REGISTRY, 1)
    await _took(hub, asked.entitlement_id, PORTAL, 1)
    waits = (await _forget(hub, eck(1), force=True)).json
    assert (waits["outcome"], waits["underWay"]) == ("under-way", 1)
    (cancelling,) = await hub.facts("CancellationAsked")
    event: Any = cancelling.event
    assert event.cause == "forgotten"
    assert await hub.facts("PersonForgotten") == []
    assert (await _forget(hub, eck(1), force=True)).json["outcome"] == "under-way"
    assert len(await hub.facts("CancellationAsked")) == 1


async def test_who_used_it_is_forgotten_and_a_late_activation_counts(hub: Hub) -> None:
    asked = await entitled(hub, eck(1))
    student = eck(1)
    message = activation(asked.entitlement_id, student)
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, message)).status == 202
    await hub.catch_up()
    subject = await _subject(hub)
    done = await _forget(hub, student, force=True, atOnce=True)
    assert done.json["outcome"] == "forgotten"
    assert await hub.facts("CancellationAsked") == []
    shown = (await hub.call(SHOP, "GET", f"{ENTITLEMENTS}/{asked.entitlement_id}")).json
    assert shown["entitlementSpecification"]["student"] == {}
    late = activation(asked.entitlement_id, student, usageDate="2026-09-30")
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, late)).status == 202
    used: list[Any] = [fact.event for fact in await hub.facts("InitialActivationReported")]
    assert [event.user_subject_id for event in used] == [subject, subject]
    assert (await _forget(hub, student)).status == 404
    assert _rows(hub.url, subject) == 0


async def test_a_person_who_comes_back_is_somebody_new(hub: Hub) -> None:
    first = await ordered(hub, eck(1))
    assert (await _forget(hub, eck(1), force=True, atOnce=True)).status == 200
    again = await ordered(hub, eck(1))
    created: list[Any] = [fact.event for fact in await hub.facts("EntitlementCreated")]
    assert len({event.subject_id for event in created}) == 2
    assert again.entitlement_id != first.entitlement_id


async def test_rows_out_of_a_backup_are_deleted_again(hub: Hub) -> None:
    await ordered(hub, eck(1))
    await ordered(hub, eck(2))
    subject = await _subject(hub)
    with psycopg.connect(hub.url) as conn:
        for table in (*VAULT, "forgotten"):
            conn.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM vault.{table}")
    await _forget(hub, eck(1), force=True, atOnce=True)
    others = _rows(hub.url, None)
    async with await connect(hub.url, "test") as running:
        assert await erase_again(running) == 0
        with psycopg.connect(hub.url) as conn:
            for table in (*VAULT, "forgotten"):
                conn.execute(f"TRUNCATE vault.{table}")
                conn.execute(f"INSERT INTO vault.{table} SELECT * FROM kept_{table}")
        assert _rows(hub.url, subject) == 2
        assert await erase_again(running) == 2
    assert _rows(hub.url, subject) == 0
    assert 0 < _rows(hub.url, None) <= others


async def test_rows_that_came_back_alone_are_deleted_by_the_migration(hub: Hub) -> None:
    await ordered(hub, eck(1))
    subject = await _subject(hub)
    with psycopg.connect(hub.url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT * FROM vault.identifiers")
    await _forget(hub, eck(1), force=True, atOnce=True)
    async with await connect(hub.url, "test") as running:
        assert await erase_again(running) == 0
        with psycopg.connect(hub.url) as conn:
            conn.execute("INSERT INTO vault.identifiers SELECT * FROM kept ON CONFLICT DO NOTHING")
        assert await erase_again(running, whole_log=True) == 1
    assert _rows(hub.url, subject) == 0


async def test_only_an_operator_forgets_and_only_somebody_known(hub: Hub) -> None:
    assert (await _forget(hub, eck(99), force=True)).status == 404
    assert (await operated(hub, "POST", FORGET, {"user": eck(1)}, TRACING)).status == 403
    assert (await operated(hub, "POST", FORGET, {"user": {}})).status == 400


def _rows(url: str, subject: UUID | None) -> int:
    """The rows of the vault about a subject; all that are about somebody without one."""
    with psycopg.connect(url) as conn:
        found = conn.execute(
            "SELECT subject_id FROM vault.identifiers"
            " UNION ALL SELECT subject_id FROM vault.person_references"
        ).fetchall()
    return sum(subject in (None, row[0]) for row in found)
