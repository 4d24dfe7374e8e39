"""Every fact is in the event stream, in order, and dashboards hear of schools that consent."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from aanspraak.application.ports import ChannelAway
from aanspraak.domain import ids
from adapters.kafka.event_stream import EventStream
from adapters.kafka.records import traceparent
from adapters.kafka.sender import Sender
from adapters.postgres.event_codec import topic_of
from adapters.postgres.event_log import read_after
from tests.adapters.http_case import Hub
from tests.adapters.http_partners import REGISTRY
from tests.adapters.http_stories import ACTIVATION, activation, eck, entitled
from tests.adapters.stream_case import Stream, abouts
from tests.domain.entitlements import ACTIVATE, CANCEL, ENTITLED

STREAM = "events.v1"
DASHBOARD = "dashboard.dashboard-a.v1"
USED = "initial-activation-reported"


async def test_every_fact_is_a_cloudevent_whose_id_is_its_position(stream: Stream) -> None:
    entitlement = await stream.entitled()
    async with stream.following():
        await stream.caught_up()
    facts = await read_after(stream.conn, 0)
    found = await stream.read(STREAM)
    assert {int(one.headers["ce_id"]): one.headers["ce_type"] for one in found} == {
        fact.position: f"aanspraak.{topic_of(fact.event)}.v1" for fact in facts
    }
    created = next(one for one in found if one.about == ("created", str(entitlement)))
    assert created.key == str(entitlement)
    assert created.headers["ce_source"] == stream.cluster.source
    assert created.headers["traceparent"] == traceparent("story", created.headers["ce_id"])
    assert created.data["productId"] == "9789001234567"
    assert "userReferenceId" not in created.data


async def test_what_is_about_one_thing_is_in_the_order_of_the_log(stream: Stream) -> None:
    entitlements = [await stream.entitled() for _ in range(5)]
    await stream.submit(*[(one, ACTIVATE) for one in entitlements])
    async with stream.following():
        await stream.caught_up()
    for one in entitlements:
        positions = [
            int(r.headers["ce_id"]) for r in await stream.read(STREAM) if r.key == str(one)
        ]
        assert positions == sorted(positions)
        assert len(positions) > 3


async def test_what_was_sent_before_a_crash_comes_again_with_the_same_ids(stream: Stream) -> None:
    await stream.entitled()
    facts = await read_after(stream.conn, 0)
    sender = Sender(stream.cluster, f"{stream.cluster.prefix}.stream")
    assert await EventStream(stream.cluster, sender).handle(stream.conn, facts) == len(facts)
    sender.close()
    async with stream.following():
        await stream.caught_up()
    sent = [int(one.headers["ce_id"]) for one in await stream.read(STREAM)]
    positions = [fact.position for fact in facts]
    assert [sent.count(position) for position in positions] == [2] * len(positions)


async def test_who_an_order_is_for_is_in_no_record(stream: Stream, hub: Hub) -> None:
    """The fixtures share a database: what the hub takes is copied."""
    of = await entitled(hub, eck(1))
    used = activation(of.entitlement_id, eck(1))
    assert (await hub.call(REGISTRY, "PUT", ACTIVATION, used)).status == 202
    await hub.catch_up()
    async with stream.following():
        await stream.caught_up()
    found = await stream.read(STREAM)
    assert USED in {one.about[0] for one in found}
    told = " ".join(str(one) for one in found)
    assert "ketenid" not in told
    assert eck(1)["userMasterIdentifier"][-20:] not in told
    assert "userReferenceId" not in told


async def test_of_two_that_copy_the_later_one_fences_the_other(stream: Stream) -> None:
    await stream.entitled()
    facts = await read_after(stream.conn, 0)
    senders = [Sender(stream.cluster, f"{stream.cluster.prefix}.stream") for _ in range(2)]
    for sender in senders:
        await EventStream(stream.cluster, sender).handle(stream.conn, facts)
    with pytest.raises(ChannelAway):
        await EventStream(stream.cluster, senders[0]).handle(stream.conn, facts)
    for sender in senders:
        sender.close()


async def test_a_dashboard_hears_what_happens_at_a_school_while_it_consents(
    stream: Stream,
) -> None:
    elsewhere = uuid4()
    async with stream.following():
        await stream.consent(held=True)
        entitlement = await stream.entitled()
        await stream.entitled(school_id=elsewhere)
        await stream.entitled(school_id=None)
        await stream.submit((entitlement, ACTIVATE))
        await stream.caught_up()
        heard = await stream.read(DASHBOARD)
        assert abouts(heard) == _abouts(entitlement, "created", "entitled", USED)
        assert {name for one in heard for name in one.data if "subject" in name.lower()} == set()
        await stream.consent(held=False)
        await stream.submit((entitlement, CANCEL))
        await stream.entitled()
        await stream.caught_up()
        assert await stream.read(DASHBOARD) == heard


async def test_what_a_school_takes_back_counts_for_what_is_still_to_be_sent(
    stream: Stream,
) -> None:
    await stream.consent(held=True)
    await stream.entitled()
    await stream.consent(held=False)
    async with stream.following():
        await stream.caught_up()
    assert await stream.read(DASHBOARD) == []


async def test_given_for_the_first_time_a_dashboard_hears_what_lives_and_nothing_that_is_over(
    stream: Stream,
) -> None:
    async with stream.following():
        lives, ended = await stream.entitled(), await stream.entitled()
        await _cancel(stream, ended)
        await stream.caught_up()
        await stream.consent(held=True)
        await stream.caught_up()
        assert abouts(await stream.read(DASHBOARD)) == _abouts(lives, "created", "entitled")


async def test_a_consent_waits_until_it_is_known_which_entitlements_its_school_has(
    stream: Stream,
) -> None:
    entitlement = await stream.entitled()
    await stream.consent(held=True)
    facts = await read_after(stream.conn, 0)
    sender = Sender(stream.cluster, None)
    events = EventStream(stream.cluster, sender)
    before = await events.handle(stream.conn, facts)
    assert 0 < before < len(facts)
    assert await events.handle(stream.conn, facts[before:]) == 0
    sender.close()
    async with stream.following():
        await stream.caught_up()
    assert abouts(await stream.read(DASHBOARD)) == _abouts(entitlement, "created", "entitled")


async def test_given_again_a_dashboard_hears_what_lives_and_what_ended_meanwhile(
    stream: Stream,
) -> None:
    async with stream.following():
        await stream.consent(held=True)
        lives, ended, over = [await stream.entitled() for _ in range(3)]
        await _cancel(stream, over)
        await stream.caught_up()
        await stream.consent(held=False)
        await _cancel(stream, ended)
        unknown = await stream.entitled()
        await _cancel(stream, unknown)
        await stream.submit((lives, ACTIVATE))
        await stream.caught_up()
        before = await stream.read(DASHBOARD)
        await stream.consent(held=True)
        await stream.caught_up()
        told = (await stream.read(DASHBOARD))[len(before) :]
    assert set(abouts(told)) == {
        *_abouts(lives, "created", "entitled", USED),
        *_abouts(ended, "created", "entitled", "cancelled"),
    }


def _abouts(entitlement: UUID, *names: str) -> list[tuple[str, str]]:
    return [(name, str(entitlement)) for name in names]


async def _cancel(stream: Stream, entitlement: UUID) -> None:
    gone = replace(
        ENTITLED,
        receive_id=f"gone-{entitlement}",
        reference_id=ids.request_reference(entitlement, "publisher", 2),
        new_entitlement_status="cancelled",
    )
    await stream.submit((entitlement, CANCEL), (entitlement, gone))
