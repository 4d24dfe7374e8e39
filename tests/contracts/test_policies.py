"""The policies follower on a real log: an order becomes entitlements, outcomes are counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import (
    RecordRequestRejected,
    ReportInitialActivation,
    TakeConfirmation,
)
from aanspraak.domain.entitlement.events import LinkRequested, RegistryRequested
from aanspraak.domain.incident.events import IncidentOpened
from aanspraak.domain.order_users.commands import ListUsers
from adapters.postgres.connection import connect
from adapters.postgres.event_log import last_position, read_after
from adapters.postgres.follower import Follower
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from tests.domain.orders import NOON, TERMS, receive

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.recorded import Recorded

pytestmark = pytest.mark.anyio

REGISTRY = "publisher"
ACTIVATION = ReportInitialActivation(
    registry=REGISTRY,
    user_subject_id=UUID(int=1),
    another_user=False,
    product_id=TERMS.product_id,
    usage_date=date(2026, 9, 1),
    expiration_date=date(2027, 7, 31),
)


def _order(users: int, *portals: str) -> ReceiveDeliveryOrder:
    delivery_order_id = uuid4()
    return receive(
        delivery_order_id=delivery_order_id,
        users_stream=ids.users_stream(ids.order_stream(delivery_order_id), "first"),
        users_count=users,
        portals=portals,
    )


async def _submit(conn: AsyncConnection[Any], *asks: tuple[UUID, object]) -> None:
    submissions = [
        Submission(
            stream_id=stream,
            command=command,
            actor="test",
            correlation_id="story",
            causation_id=str(number),
        )
        for number, (stream, command) in enumerate(asks)
    ]
    for result in await commit_group(conn, submissions):
        assert result.refusal is None


async def _receive(conn: AsyncConnection[Any], order: ReceiveDeliveryOrder) -> None:
    subjects = tuple(uuid4() for _ in range(order.users_count))
    users = ListUsers(subject_ids=subjects, user_reference_ids=subjects)
    await _submit(
        conn,
        (order.users_stream, users),
        (ids.order_stream(order.delivery_order_id), order),
    )


async def _nothing_held(_conn: AsyncConnection[Any], _ids: Sequence[UUID]) -> list[Submission]:
    return []


@asynccontextmanager
async def _following(url: str) -> AsyncIterator[None]:
    policies = Policies(_nothing_held)
    follower = Follower(url=url, name="policies", schema="policy", handle=policies.handle)
    task = asyncio.create_task(follower.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _caught_up(conn: AsyncConnection[Any]) -> None:
    """Wait until the policies have handled all there is, and what they asked for as well."""
    while True:
        cursor = await conn.execute("SELECT position FROM policy.bookmarks WHERE name = 'policies'")
        row = await cursor.fetchone()
        if row and row[0] == await last_position(conn):
            return
        await asyncio.sleep(0.02)


async def _log(conn: AsyncConnection[Any]) -> list[Recorded]:
    facts: list[Recorded] = []
    while page := await read_after(conn, facts[-1].position if facts else 0):
        facts += page
    return facts


def _requests(facts: Sequence[Recorded], kind: type) -> list[tuple[UUID, Any]]:
    return [(fact.stream_id, fact.event) for fact in facts if isinstance(fact.event, kind)]


def _counted(facts: Sequence[Recorded]) -> Counter[str]:
    return Counter(type(fact.event).__name__ for fact in facts)


def _confirmation(partner: str, reference_id: UUID, *, success: bool = True) -> TakeConfirmation:
    return TakeConfirmation(
        partner=partner,
        reference_id=reference_id,
        receive_id=str(uuid4()),
        processed_timestamp=NOON,
        success=success,
        status=0 if success else 4042,
        status_message_id=None,
        new_entitlement_status=None,
        portal=None,
        url_status=None,
    )


async def _confirm_all(
    conn: AsyncConnection[Any], kind: type[RegistryRequested | LinkRequested], *, refused: int = 0
) -> None:
    asks = []
    for number, (stream, event) in enumerate(_requests(await _log(conn), kind)):
        partner = event.registry if isinstance(event, RegistryRequested) else event.portal
        success = number >= refused
        asks.append((stream, _confirmation(partner, event.reference_id, success=success)))
    await _submit(conn, *asks)
    await _caught_up(conn)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_every_one_of_15_000_users_is_delivered_and_the_order_stays_short(
    database_url: str,
) -> None:
    async with await connect(database_url, "test") as conn, _following(database_url):
        order = _order(15_000, "portaal")
        await _receive(conn, order)
        await _caught_up(conn)
        await _confirm_all(conn, RegistryRequested)
        await _confirm_all(conn, LinkRequested)
        facts = await _log(conn)
    counted = _counted(facts)
    assert counted["EntitlementCreated"] == counted["LinkPlaced"] == 15_000
    assert counted["DeliveryOrderProcessed"] == 1
    stream = ids.order_stream(order.delivery_order_id)
    assert len([fact for fact in facts if fact.stream_id == stream]) < 20


async def test_killed_at_any_moment_the_follower_repeats_nothing(database_url: str) -> None:
    async with await connect(database_url, "test") as conn:
        await _receive(conn, _order(1_700))
        for pause in (0.05, 0.15, 0.25, 0.1):
            async with _following(database_url):
                await asyncio.sleep(pause)
        async with _following(database_url):
            await _caught_up(conn)
        counted = _counted(await _log(conn))
    assert counted["EntitlementCreated"] == counted["RegistryRequested"] == 1_700


async def test_refused_entitlements_are_counted_and_open_one_incident(database_url: str) -> None:
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _receive(conn, _order(10))
        await _caught_up(conn)
        await _confirm_all(conn, RegistryRequested, refused=3)
        facts = await _log(conn)
        items = await (await conn.execute("SELECT count(*) FROM policy.incident_items")).fetchone()
    assert _counted(facts)["IncidentOpened"] == 1
    assert items == (3,)
    (answer,) = [fact.event for fact in facts if type(fact.event).__name__ == "ConfirmationIssued"]
    assert getattr(answer, "status_message", None) == "3 of 10 refused"


async def test_a_portal_that_says_no_at_once_is_an_outcome(database_url: str) -> None:
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _receive(conn, _order(1, "een", "twee"))
        await _caught_up(conn)
        await _confirm_all(conn, RegistryRequested)
        first, second = _requests(await _log(conn), LinkRequested)
        rejected = RecordRequestRejected(
            partner=second[1].portal, number=1, http_status=400, status=None
        )
        placed = _confirmation(first[1].portal, first[1].reference_id)
        await _submit(conn, (second[0], rejected), (first[0], placed))
        await _caught_up(conn)
        counted = _counted(await _log(conn))
    assert counted["DeliveryOrderProcessed"] == 1
    assert counted["IncidentOpened"] == 1


async def test_a_reference_id_used_for_two_orders_at_once_is_an_incident(database_url: str) -> None:
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _receive(conn, _order(1))
        await _receive(conn, _order(1))
        await _caught_up(conn)
        facts = await _log(conn)
    (incident,) = [fact.event for fact in facts if isinstance(fact.event, IncidentOpened)]
    assert incident.kind == "reference-reused"


async def test_an_activation_before_ready_licenses_and_places_links(database_url: str) -> None:
    async with await connect(database_url, "test") as conn, _following(database_url):
        await _receive(conn, _order(2, "portaal"))
        await _caught_up(conn)
        (stream, request), _ = _requests(await _log(conn), RegistryRequested)
        await _submit(conn, (stream, ACTIVATION))
        await _caught_up(conn)
        await _submit(conn, (stream, _confirmation(REGISTRY, request.reference_id)))
        await _caught_up(conn)
        counted = _counted(await _log(conn))
    assert counted["DeliveryOrderLicensed"] == 1
    assert counted["LinkRequested"] == 1
