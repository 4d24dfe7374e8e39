"""What must be true of orders and entitlements, as the log, the policies and the views have it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aanspraak.domain.delivery_order import state as orders
from aanspraak.domain.delivery_order.events import (
    ConfirmationIssued,
    ConfirmationRejected,
    ConfirmationTaken,
    DeliveryOrderEvent,
)
from aanspraak.domain.delivery_order.state import DeliveryOrderStatus
from aanspraak.domain.entitlement.events import (
    LinkPlaced,
    LinkRequested,
    RegistryRequested,
    RequestRejected,
    RequestTaken,
)
from aanspraak.domain.school.state import replay
from adapters.postgres.policy_counts import entitlements_of
from adapters.postgres.policy_schools import ABOUT_PORTALS
from projections.registry import PROJECTIONS
from tests.contracts.test_pools_of_open_orders import TWICE_LIVE
from tests.contracts.view_rows import all_rows, follow

if TYPE_CHECKING:
    from uuid import UUID

    from tests.contracts.partners_at_large import Partners
    from tests.contracts.pool_case import PoolCase

    Exchange = tuple[UUID, str, int]

TWO_TURNS = """
SELECT order_id, subject_id FROM policy.entitlements
WHERE NOT cancelled GROUP BY order_id, subject_id HAVING count(*) > 1
"""
USED_AND_CANCELLED_UNNOTICED = """
SELECT e.entitlement_id FROM policy.entitlements e
WHERE e.cancelled AND e.in_use
AND NOT EXISTS (
    SELECT FROM policy.incident_items i JOIN view.incidents USING (incident_id)
    WHERE i.stream_id = e.entitlement_id
)
"""
STILL_CANCELLING = """
SELECT order_id FROM policy.orders WHERE cancel_id <> '' OR kept <> 0
UNION SELECT order_id FROM view.delivery_order_status WHERE cancelling
UNION SELECT entitlement_id FROM view.entitlement_details
WHERE under_way NOT IN ('', 'block-refused')
UNION SELECT entitlement_id FROM policy.pool_members WHERE state = 'leaving'
UNION SELECT order_id FROM policy.pool_orders WHERE state = 'cancelling'
"""
NOT_COMPLETE = "SELECT order_id FROM policy.orders WHERE created = cancelled OR settled < created"
COUNTED_BY_POLICIES = "SELECT order_id, created, cancelled, in_use, expected FROM policy.orders"
COUNTED_IN_VIEW = """
SELECT order_id, count(*), count(*) FILTER (WHERE status = 'cancelled'),
    count(first_usage_date), count(*)
FROM view.entitlement_details GROUP BY order_id
"""


async def in_use(case: PoolCase, order: UUID) -> int:
    """How many of an order are in use, as far as the policies have heard."""
    query = "SELECT in_use FROM policy.orders WHERE order_id = %s"
    row = await (await case.conn.execute(query, (order,))).fetchone()
    return int(row[0]) if row else 0


async def whoever_is_waited_for_is_listed(case: PoolCase) -> None:
    """Every message without an outcome is one of the open exchanges."""
    unanswered = await _without_outcome(case)
    confirmed = await _confirmed(case)
    listed = await case.rows("SELECT stream_id, partner, number FROM view.open_exchanges")
    assert unanswered - confirmed <= set(listed)


async def all_is_well(case: PoolCase, partners: Partners) -> None:
    """When everything has been delivered and everybody has followed."""
    assert await case.rows(USED_AND_CANCELLED_UNNOTICED) == []
    assert await case.rows(TWO_TURNS) == []
    assert await case.rows(TWICE_LIVE) == []
    assert await case.rows(STILL_CANCELLING) == []
    assert await _without_outcome(case) == set()
    assert await case.rows("SELECT * FROM view.open_exchanges") == []
    assert await _links_of_what_is_not_there(case, partners) == []
    await _links_are_where_the_school_is(case, partners)
    await _the_counts_are_right(case)
    await _the_shop_is_told(case)
    await _built_anew_it_is_the_same(case)


async def _without_outcome(case: PoolCase) -> set[Exchange]:
    asked: set[Exchange] = set()
    for fact in await case.log():
        stream = fact.stream_id
        match fact.event:
            case RegistryRequested(registry=partner, number=number):
                asked.add((stream, partner, number))
            case LinkRequested(portal=partner, number=number):
                asked.add((stream, partner, number))
            case ConfirmationIssued(shop=partner, number=number):
                asked.add((stream, partner, number))
            case RequestTaken() | RequestRejected() as event:
                asked.discard((stream, event.partner, event.number))
            case ConfirmationTaken() | ConfirmationRejected() as event:
                asked.discard((stream, event.shop, event.number))
            case _:
                pass
    return asked


async def _confirmed(case: PoolCase) -> set[Exchange]:
    """Whoever confirms a message has it, though its 202 is not here yet."""
    asked: dict[UUID, Exchange] = {}
    confirmed: set[Exchange] = set()
    for fact in await case.log():
        match fact.event:
            case RegistryRequested() as event:
                asked[event.reference_id] = (fact.stream_id, event.registry, event.number)
            case LinkRequested() as event:
                asked[event.reference_id] = (fact.stream_id, event.portal, event.number)
            case event if (answered := getattr(event, "reference_id", None)) in asked:
                confirmed.add(asked[answered])
            case _:
                pass
    return confirmed


async def _links_of_what_is_not_there(case: PoolCase, partners: Partners) -> list[UUID]:
    """But the link of a turn stands until that of the next is there."""
    placed = {
        (fact.stream_id, fact.event.portal)
        for fact in await case.log()
        if isinstance(fact.event, LinkPlaced)
    }
    next_turns = await case.rows(
        "SELECT former.entitlement_id, next.entitlement_id FROM policy.entitlements former"
        " JOIN policy.entitlements next ON next.order_id = former.order_id"
        " AND next.subject_id = former.subject_id AND next.turn = former.turn + 1"
    )
    after = dict(next_turns)
    return [
        stream
        for (stream, portal), shown in partners.shown.items()
        if shown
        and not partners.registry[stream].usable
        and (stream not in after or (after[stream], portal) in placed)
    ]


async def _links_are_where_the_school_is(case: PoolCase, partners: Partners) -> None:
    """No link at a portal that is left, and whatever may be used was asked for everywhere else."""
    history = [fact.event for fact in await case.log() if isinstance(fact.event, ABOUT_PORTALS)]
    school = replay(history)
    asked = {
        (fact.stream_id, fact.event.portal): fact.event.url_status
        for fact in await case.log()
        if isinstance(fact.event, LinkRequested)
    }
    rows = await case.rows(
        "SELECT entitlement_id, order_id, portals, status, under_way FROM view.entitlement_details"
    )
    for stream, order, portals, status, under_way in rows:
        assert portals == list(school.of(case.orders[order].portals))
        assert {key[1] for key, shown in partners.shown.items() if shown and key[0] == stream} <= {
            *portals
        }
        if status in {"entitled", "licensed"} and not under_way:
            assert {asked.get((stream, portal)) for portal in portals} <= {"initialized"}


async def _the_shop_is_told(case: PoolCase) -> None:
    """Every request has its answer, and the last is true.

    But for the order of which nobody is left, or somebody is blocked before the link was there.
    """
    histories: dict[UUID, list[DeliveryOrderEvent]] = {order: [] for order in case.orders}
    for fact in await case.log():
        if isinstance(fact.event, DeliveryOrderEvent):
            histories[fact.stream_id].append(fact.event)
    waits = {order for (order,) in await case.rows(NOT_COMPLETE)}
    for stream, history in histories.items():
        order = orders.replay(history)
        if order is None or order.received is None:
            continue
        told = {one.new_status for one in history if isinstance(one, ConfirmationIssued)}
        first = (order.received.shop, order.received.reference_id)
        unanswered = order.requests.keys() - order.confirmations.keys()
        cancelled = order.status is DeliveryOrderStatus.CANCELLED
        assert unanswered <= ({first} if stream in waits and not cancelled else set())
        assert order.status.value in {"ordered", *told}
        assert cancelled == ("cancelled" in told)


async def _the_counts_are_right(case: PoolCase) -> None:
    counted = {order: tuple(rest) for order, *rest in await case.rows(COUNTED_BY_POLICIES)}
    in_view = {order: tuple(rest) for order, *rest in await case.rows(COUNTED_IN_VIEW)}
    assert {order: of for order, of in counted.items() if any(of)} == in_view
    settled: Counter[UUID] = Counter()
    for order in counted:
        for _, progress in await entitlements_of(case.conn, order, None, 1000):
            settled[order] += progress.settled
    by_policies = await case.rows("SELECT order_id, settled FROM policy.orders")
    assert dict(by_policies) == {order: settled[order] for order in counted}
    shown = await case.rows(
        "SELECT order_id, settled FROM view.delivery_order_status WHERE status IS NOT NULL"
    )
    assert dict(shown) == {order: settled[order] for order, _ in shown}


async def _built_anew_it_is_the_same(case: PoolCase) -> None:
    live = await all_rows(case.conn)
    await case.conn.execute("UPDATE view.bookmarks SET position = 0")
    for projection in PROJECTIONS:
        await case.conn.execute(f"TRUNCATE view.{projection.name}".encode())
    await follow(case.conn)
    anew = await all_rows(case.conn)
    changed = {name: [row for row in rows if row not in live[name]] for name, rows in anew.items()}
    assert anew == live, changed
    followed = await case.tables()
    await case.follow_anew()
    assert await case.tables() == followed
