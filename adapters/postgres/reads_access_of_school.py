"""What is known of a school's users of one product: all, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from aanspraak.domain.entitlement.events import InitialActivationReported
from adapters.postgres.consents import Consents
from adapters.postgres.event_log import read_many, read_query
from adapters.postgres.fetching import all_as, all_rows
from adapters.postgres.queries import load
from adapters.postgres.reads_access import ANOTHER, AT_MOST, column, product_of
from adapters.postgres.vault_part import in_slices
from adapters.postgres.views_rows import rows_of
from projections.access import Access, Candidate, Known, Ordered
from projections.access_of_many import current, is_dated_by_its_facts
from projections.access_verdict import judge_without_chain
from projections.access_waiting import Flow, waiting_at
from projections.changes import entitlement_since, order_since
from projections.delivery_order_status import DeliveryOrderStatus
from projections.entitlement_details import EntitlementDetails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from aanspraak.domain.recorded import Recorded
    from adapters.postgres.vault import Vault
    from projections.changes import Since

    Connections = AsyncConnectionPool[AsyncConnection[Any]]
    Connection = AsyncConnection[Any]
    Flows = Mapping[str, Flow]

MOST_ORDERS: Final = 5_000
"""So many orders of a school for one product are looked at: the newest."""
USED: Final = "entitlement.initial-activation-reported"
SQL: Final = load("access_of_school")


class AskedOfSchool(NamedTuple):
    """Which users: those of one order of it (a deliveryOrderId), of these subjects, or all."""

    school_id: UUID
    product_id: str
    today: date
    delivery_order_id: UUID | None = None
    subjects: frozenset[UUID] | None = None


class KnownOfSchool(NamedTuple):
    """`known` has the newest orders and no user; `users` are each user, judged.

    `orders` are those asked about that are not over; `earlier` counts those that are.
    """

    known: Known
    orders: tuple[Ordered, ...]
    users: tuple[Access, ...]
    flows: Flows
    earlier: int


class _About(NamedTuple):
    """What goes with entitlements: their orders, by stream, and what else is known, by id."""

    orders: Mapping[UUID, DeliveryOrderStatus]
    order_since: Mapping[UUID, Since]
    flows: Flows
    used_by_another: Mapping[UUID, date]
    remembered: set[UUID]
    unconsented: Mapping[str, datetime]


async def known_of_school(
    connections: Connections, vault: Vault, asked: AskedOfSchool
) -> KnownOfSchool:
    """All that is known: rows as the views have them, and since when as the log has it."""
    async with connections.connection() as conn:
        known, orders = await _ordered(conn, asked)
        living = current(orders, known)
        rows = await _entitlements(conn, living)
        flows = await _flows(conn)
        since = await _taken_back_since(conn, living)
        others = await _used_by_others(conn, rows)
    about = _About(
        orders={each.order.order_id: each.order for each in living},
        order_since=since,
        flows=flows,
        used_by_another=others,
        remembered=await vault.remembered([row.user_reference_id for row in rows]),
        unconsented=await _unconsented(connections, asked.school_id, rows),
    )
    users = _by_user(known, asked, await in_slices(partial(_candidate, about), rows))
    async with connections.connection() as conn:
        judged = await _judged(conn, users, flows)
    only = asked.delivery_order_id
    meant = [each for each in living if only in {None, each.order.delivery_order_id}]
    return KnownOfSchool(known, tuple(meant), tuple(judged), flows, len(orders) - len(living))


async def _ordered(conn: Connection, asked: AskedOfSchool) -> tuple[Known, list[Ordered]]:
    """What is known before any user, and all orders; a user is judged by the newest of them."""
    product = await product_of(conn, asked.product_id)
    products = await column(conn, "products_with", {"product_id": asked.product_id})
    wanted = {"products": products, "school_id": asked.school_id, "limit": MOST_ORDERS}
    rows = await rows_of(DeliveryOrderStatus, conn, load("access")["orders_of_school"], wanted)
    waiting = await all_rows(
        conn, load("lists")["waiting_on_roster"], {"orders": [row.order_id for row in rows]}
    )
    waits = {row[0] for row in waiting}
    orders = [
        Ordered(row, row.delivery_type in OPEN_DELIVERY_TYPES, row.order_id in waits)
        for row in rows
    ]
    known = Known(
        today=asked.today,
        school=True,
        person=True,
        by_code=False,
        product=product,
        orders=tuple(orders[:AT_MOST]),
    )
    return known, orders


async def _entitlements(conn: Connection, orders: Sequence[Ordered]) -> list[EntitlementDetails]:
    streams = [each.order.order_id for each in orders]
    ranges = [ids.order_range(stream) for stream in streams]
    wanted = {
        "orders": streams,
        "firsts": [first for first, _ in ranges],
        "lasts": [last for _, last in ranges],
    }
    return await rows_of(EntitlementDetails, conn, SQL["entitlements_of_orders"], wanted)


async def _flows(conn: Connection) -> dict[str, Flow]:
    return {flow.partner: flow for flow in await all_as(Flow, conn, SQL["flows"])}


async def _taken_back_since(conn: Connection, orders: Sequence[Ordered]) -> dict[UUID, Since]:
    streams = [each.order.order_id for each in orders if each.order.cancelling]
    told = await read_many(conn, streams)
    return {stream: order_since(facts)[1] for stream, facts in told.items()}


async def _used_by_others(conn: Connection, rows: Sequence[EntitlementDetails]) -> dict[UUID, date]:
    used = [row.entitlement_id for row in rows if row.first_usage_date is not None]
    wanted = {"ids": used, "topic": USED, "has": ANOTHER.encode()}
    return {
        fact.stream_id: fact.event.usage_date
        for fact in await read_query(conn, "read_first_with", wanted)
        if isinstance(fact.event, InitialActivationReported)
    }


async def _unconsented(
    connections: Connections, school_id: UUID, rows: Sequence[EntitlementDetails]
) -> dict[str, datetime]:
    portals = sorted({portal for row in rows for portal in row.portals})
    return await Consents(connections).ended(school_id, portals)


def _candidate(about: _About, row: EntitlementDetails) -> Candidate:
    return Candidate(
        row=row,
        since={},
        order=about.orders[row.order_id],
        order_since=about.order_since.get(row.order_id, {}),
        waiting=waiting_at(row, about.flows),
        unconsented=about.unconsented,
        forgotten=row.user_reference_id not in about.remembered,
        used_by_another=about.used_by_another.get(row.entitlement_id),
    )


def _by_user(known: Known, asked: AskedOfSchool, candidates: Sequence[Candidate]) -> list[Known]:
    """Each user with all they have; of a group also those who have nothing."""
    had: defaultdict[UUID, list[Candidate]] = defaultdict(list)
    for each in candidates:
        had[each.row.subject_id].append(each)
    meant = had if asked.subjects is None else {one: had[one] for one in sorted(asked.subjects)}
    only = asked.delivery_order_id
    return [
        known._replace(candidates=tuple(theirs))
        for theirs in meant.values()
        if only is None or any(each.row.delivery_order_id == only for each in theirs)
    ]


async def _judged(conn: Connection, users: Sequence[Known], flows: Flows) -> list[Access]:
    """Those with whom something is wrong as the log tells of them, with since when it is so."""
    judged = await in_slices(judge_without_chain, users)
    wrong = [each.row.entitlement_id for each in judged if each.row and is_dated_by_its_facts(each)]
    told = await read_many(conn, wrong)

    def again(both: tuple[Known, Access]) -> Access:
        user, access = both
        if not is_dated_by_its_facts(access):
            return access
        dated = tuple(_told(each, told, flows) for each in user.candidates)
        return judge_without_chain(user._replace(candidates=dated))

    return await in_slices(again, list(zip(users, judged, strict=True)))


def _told(candidate: Candidate, told: Mapping[UUID, Sequence[Recorded]], flows: Flows) -> Candidate:
    row, since = entitlement_since(told.get(candidate.row.entitlement_id, ()))
    if row is None:
        return candidate
    return candidate._replace(row=row, since=since, waiting=waiting_at(row, flows))
