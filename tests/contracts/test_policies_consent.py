"""What a consent means for what was ordered: the portal is told how it all stands, in parts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from aanspraak.domain import ids
from aanspraak.domain.consent.commands import (
    RecordConsentMessageGivenUp,
    RecordConsentMessageRejected,
    RecordConsentMessageTaken,
)
from aanspraak.domain.entitlement.commands import CreateEntitlement, TakeConfirmation
from aanspraak.domain.entitlement.events import LinkRequested
from aanspraak.domain.entitlement.withdrawal_events import EntitlementCancelled
from aanspraak.domain.incident.events import IncidentClosed, IncidentOpened, IncidentReopened
from adapters.postgres.connection import connect
from tests.contracts.test_policies import _caught_up, _following, _log, _submit
from tests.domain.consents import REVOKE, SETTLE, TO_PORTAL
from tests.domain.entitlements import CANCEL, ENTITLED, create

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

ABOUT = replace(TO_PORTAL, partner="portal-a")
CONSENT = ids.consent_stream(ABOUT.school_id, ABOUT.partner, ABOUT.api, ABOUT.scope)
GIVE = replace(SETTLE, about=ABOUT)


def _ask(**changes: object) -> tuple[UUID, CreateEntitlement]:
    command = create(
        **{
            "order": ids.order_stream(uuid4()),
            "subject_id": uuid4(),
            "school_id": ABOUT.school_id,
            "portals": ("portal-a",),
            **changes,
        }
    )
    return ids.entitlement_id(command.order, command.subject_id, command.turn), command


def _says(entitlement_id: UUID, said: TakeConfirmation, number: int = 1) -> tuple[UUID, object]:
    reference_id = ids.request_reference(entitlement_id, "publisher", number)
    return entitlement_id, replace(said, reference_id=reference_id)


async def _links(conn: AsyncConnection[Any]) -> list[tuple[UUID, str, str, int]]:
    return [
        (fact.stream_id, fact.event.url_status, fact.event.lane, fact.event.number)
        for fact in await _log(conn)
        if isinstance(fact.event, LinkRequested)
    ]


async def test_given_consent_every_live_entitlement_of_the_school_is_told(
    database_url: str,
) -> None:
    here, order = _ask()
    elsewhere, other_school = _ask(school_id=uuid4())
    unnamed, other_portal = _ask(portals=("portal-b",))
    async with await connect(database_url, "test") as conn:
        for each in ((here, order), (elsewhere, other_school), (unnamed, other_portal)):
            await _order_of(conn, each[1])
            await _submit(conn, each, _says(each[0], ENTITLED))
        async with _following(database_url):
            await _caught_up(conn)
            before = await _links(conn)
            assert len(before) == 3
            await _submit(conn, (CONSENT, GIVE))
            await _caught_up(conn)
            assert (await _links(conn))[3:] == [(here, "initialized", "refresh", 2)]


async def test_what_ended_while_there_was_none_is_cancelled_when_it_is_given_again(
    database_url: str,
) -> None:
    entitlement_id, order = _ask()
    async with await connect(database_url, "test") as conn:
        await _order_of(conn, order)
        await _submit(conn, (CONSENT, GIVE), (entitlement_id, order))
        await _submit(conn, _says(entitlement_id, ENTITLED))
        async with _following(database_url):
            await _caught_up(conn)
            await _submit(conn, (CONSENT, REVOKE), (entitlement_id, CANCEL))
            gone = replace(ENTITLED, receive_id="gone", new_entitlement_status="cancelled")
            await _submit(conn, _says(entitlement_id, gone, 2))
            await _caught_up(conn)
            assert [f for f in await _log(conn) if isinstance(f.event, EntitlementCancelled)]
            before = len(await _links(conn))
            await _submit(conn, (CONSENT, GIVE))
            await _caught_up(conn)
            told = (await _links(conn))[before:]
            assert [(each[0], each[1]) for each in told] == [(entitlement_id, "cancelled")]


async def test_a_large_school_is_told_in_parts(database_url: str) -> None:
    order = ids.order_stream(uuid4())
    many = [_ask(order=order) for _ in range(450)]
    async with await connect(database_url, "test") as conn:
        await _order_of(conn, many[0][1])
        for each in many:
            await _submit(conn, each, _says(each[0], ENTITLED))
        async with _following(database_url):
            await _caught_up(conn)
            await _submit(conn, (CONSENT, GIVE))
            await _caught_up(conn)
        told = [each[0] for each in await _links(conn) if each[3] == 2]
        assert sorted(told) == sorted(each[0] for each in many)
        cursor = await conn.execute("SELECT count(*) FROM policy.fan_outs")
        assert await cursor.fetchone() == (0,)


async def test_what_a_partner_did_not_take_about_a_consent_is_an_incident(
    database_url: str,
) -> None:
    tell = replace(GIVE, confirmed=False)
    rejected = RecordConsentMessageRejected(number=1, http_status=400, status=1002)
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _submit(conn, (CONSENT, tell), (CONSENT, rejected))
        await _caught_up(conn)
        (opened,) = [f.event for f in await _log(conn) if isinstance(f.event, IncidentOpened)]
        assert (opened.kind, opened.party, opened.code) == (
            "consent-message-rejected",
            "portal-a",
            1002,
        )


async def test_it_is_closed_when_the_partner_takes_what_it_is_told_next(database_url: str) -> None:
    tell = replace(GIVE, confirmed=False)
    given_up = RecordConsentMessageGivenUp(number=1, attempts=5)
    rejected = RecordConsentMessageRejected(number=1, http_status=400, status=1002)
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _submit(conn, (CONSENT, tell), (CONSENT, given_up))
        await _caught_up(conn)
        assert await _open(conn) == {"consent-message-given-up"}
        await _submit(conn, (CONSENT, rejected))
        await _caught_up(conn)
        assert await _open(conn) == {"consent-message-rejected"}
        taken = RecordConsentMessageTaken(number=2)
        await _submit(conn, (CONSENT, REVOKE), (CONSENT, taken))
        await _caught_up(conn)
        assert await _open(conn) == set()


async def _open(conn: AsyncConnection[Any]) -> set[str]:
    """The kinds of the incidents that are open."""
    found: dict[UUID, str] = {}
    for fact in await _log(conn):
        if isinstance(fact.event, IncidentOpened | IncidentReopened):
            found[fact.stream_id] = fact.event.kind
        elif isinstance(fact.event, IncidentClosed):
            del found[fact.stream_id]
    return set(found.values())


async def _order_of(conn: AsyncConnection[Any], entitlement: CreateEntitlement) -> None:
    """The order it is counted for; nobody is listed in it, the tests create who is."""
    row = {"order_id": entitlement.order}
    await conn.execute(
        "INSERT INTO policy.orders (order_id, expected) VALUES (%(order_id)s, 1000)", row
    )
