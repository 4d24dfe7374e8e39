"""What facts do to the tables of the pools, and which pools have to be resolved again for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from aanspraak.application.pool import CANCELLED, FOLLOWED_CAUSES, KEPT, LEAVING, LIVE
from aanspraak.domain.delivery_order.acceptance import OPEN_DELIVERY_TYPES
from aanspraak.domain.delivery_order.events import (
    CancellationRequested,
    DeliveryOrderCancellationRefused,
    DeliveryOrderCancelled,
    DeliveryOrderReceived,
    DeliveryOrderReleased,
    QuantityLowered,
)
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    InitialActivationReported,
)
from aanspraak.domain.entitlement.withdrawal_events import (
    CancellationRefused,
    EntitlementCancelled,
)
from aanspraak.domain.resolution.events import (
    FollowingEnded,
    LeaversReleased,
    ResolutionEvent,
    UsersResolved,
)
from aanspraak.domain.roster.events import RosterTaken
from adapters.postgres.pool_resolutions import fold_resolution, forgo
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from aanspraak.domain.recorded import Recorded

    _Leaving = EntitlementCancelled | CancellationRefused

E = TypeVar("E")

SQL: Final = load("pool")
HELD: Final = "held"
CANCELLING: Final = "cancelling"
OVER: Final = "over"


class Pool(NamedTuple):
    """A school, a product and a contract (empty: none)."""

    school_id: UUID
    product_id: str
    contract_id: str


@dataclass(kw_only=True, slots=True)
class Touched:
    """The pools to resolve again, each with the fact that asked for it first.

    `released` are the orders whose leavers an operator let go.
    """

    pools: dict[Pool, Recorded] = field(default_factory=dict)
    released: set[UUID] = field(default_factory=set)


async def fold_pools(conn: AsyncConnection[Any], facts: Sequence[Recorded]) -> Touched:
    """Fold facts, in their order, and say what they touched."""
    touched = Touched()
    orders: list[tuple[UUID, Recorded]] = []
    for recorded in facts:
        event = recorded.event
        if isinstance(event, ResolutionEvent):
            await fold_resolution(conn, event, recorded.version)
            if isinstance(event, UsersResolved) and not await is_followed(conn, event.order):
                await forgo(conn, event)
            if isinstance(event, LeaversReleased):
                touched.released.add(event.order)
            if isinstance(event, LeaversReleased | FollowingEnded):
                orders.append((event.order, recorded))
        elif await _fold_order(conn, recorded):
            orders.append((recorded.stream_id, recorded))
    orders += await _fold_entitlements(conn, facts)
    await _touch_orders(conn, touched, orders)
    await _touch_schools(conn, touched, facts)
    return touched


async def is_followed(conn: AsyncConnection[Any], order: UUID) -> bool:
    """Whether who joins this order gets anything; not while it is being cancelled, or after."""
    row = await (await conn.execute(SQL["order_state"], {"order_id": order})).fetchone()
    return row is None or row[0] not in (CANCELLING, CANCELLED)


async def _fold_order(conn: AsyncConnection[Any], recorded: Recorded) -> bool:
    """Whether its pool has to be resolved again."""
    order, event = recorded.stream_id, recorded.event
    match event:
        case DeliveryOrderReceived() if event.delivery_type in OPEN_DELIVERY_TYPES:
            await conn.execute(SQL["receive_order"], _columns(recorded, event))
            return not event.held
        case DeliveryOrderReleased():
            return await _set_state(conn, order, LIVE, HELD)
        case CancellationRequested():
            await _set_state(conn, order, CANCELLING, HELD, LIVE)
            return False
        case DeliveryOrderCancelled():
            return await _set_state(conn, order, CANCELLED, HELD, LIVE, CANCELLING, OVER)
        case DeliveryOrderCancellationRefused():
            return await _set_state(conn, order, LIVE, CANCELLING)
        case QuantityLowered():
            lowered = {"order_id": order, "total_quantity": event.total_quantity}
            return (await conn.execute(SQL["lower_quantity"], lowered)).rowcount > 0
        case _:
            return False


def _columns(recorded: Recorded, event: DeliveryOrderReceived) -> dict[str, object]:
    return {
        "order_id": recorded.stream_id,
        "delivery_order_id": event.delivery_order_id,
        "position": recorded.position,
        "received_at": recorded.recorded_at,
        "school_id": event.school_id,
        "product_id": event.product_id,
        "contract_id": event.contract_id or "",
        "delivery_type": event.delivery_type,
        "selection": list(event.selection),
        "start_date": event.start_date,
        "activation_until_date": event.activation_until_date,
        "total_quantity": event.total_quantity,
        "on_full": event.on_full,
        "state": HELD if event.held else LIVE,
    }


async def _set_state(conn: AsyncConnection[Any], order: UUID, state: str, *were: str) -> bool:
    """Whether there is such an open order; another keeps no row here."""
    change = {"order_id": order, "state": state, "were": list(were)}
    return (await conn.execute(SQL["set_state"], change)).rowcount > 0


async def _fold_entitlements(
    conn: AsyncConnection[Any], facts: Sequence[Recorded]
) -> list[tuple[UUID, Recorded]]:
    """Every kind in one statement, for a batch is of a thousand facts."""
    created = _of(facts, EntitlementCreated)
    if created:
        columns = {
            "order_id": [event.order for _, event in created],
            "subject_id": [event.subject_id for _, event in created],
            "turn": [event.turn for _, event in created],
            "entitlement_id": [one.stream_id for one, _ in created],
        }
        await conn.execute(SQL["join_created"], columns)
    used = _of(facts, InitialActivationReported)
    cancelled = _of(facts, EntitlementCancelled)
    refused = _of(facts, CancellationRefused)
    full = await _use(conn, used)
    gone = await _set_members(conn, cancelled, CANCELLED, LIVE, LEAVING, KEPT)
    await _set_members(conn, refused, KEPT, LEAVING)
    return [
        *((order, used[-1][0]) for order in full),
        *((order, cancelled[-1][0]) for order, cause in gone if cause in FOLLOWED_CAUSES),
    ]


def _of(facts: Sequence[Recorded], kind: type[E]) -> list[tuple[Recorded, E]]:
    return [(one, one.event) for one in facts if isinstance(one.event, kind)]


async def _use(
    conn: AsyncConnection[Any], activations: Sequence[tuple[Recorded, InitialActivationReported]]
) -> list[UUID]:
    """Count activations; the orders that are full by them."""
    if not activations:
        return []
    times: Counter[UUID] = Counter()
    columns = {
        "entitlement_id": [one.stream_id for one, _ in activations],
        "subject_id": [event.user_subject_id for _, event in activations],
    }
    for query in ("use", "use_by_others"):
        cursor = await conn.execute(SQL[query], columns)
        times.update(dict(await cursor.fetchall()))
    if not times:
        return []
    counted = {"order_id": list(times), "times": list(times.values())}
    cursor = await conn.execute(SQL["count_uses"], counted)
    return [order for (order,) in await cursor.fetchall()]


async def _set_members(
    conn: AsyncConnection[Any], facts: Sequence[tuple[Recorded, _Leaving]], state: str, *were: str
) -> Sequence[tuple[UUID, str]]:
    """Of more facts about one entitlement the first moves it, as if each had come alone."""
    if not facts:
        return []
    first = {one.stream_id: event for one, event in reversed(facts)}
    change = {
        "entitlement_id": list(first),
        "cause": [event.cause for event in first.values()],
        "state": state,
        "were": list(were),
    }
    cursor = await conn.execute(SQL["set_members"], change)
    return await cursor.fetchall()


async def _touch_orders(
    conn: AsyncConnection[Any], touched: Touched, orders: Sequence[tuple[UUID, Recorded]]
) -> None:
    if not orders:
        return
    asked = {"ids": [order for order, _ in orders]}
    cursor = await conn.execute(SQL["pools_of_orders"], asked, prepare=False)
    for *pool, nth in await cursor.fetchall():
        touched.pools.setdefault(Pool(*pool), orders[nth - 1][1])


async def _touch_schools(
    conn: AsyncConnection[Any], touched: Touched, facts: Iterable[Recorded]
) -> None:
    for recorded in facts:
        if isinstance(recorded.event, RosterTaken):
            asked = {"school_id": recorded.event.school_id}
            cursor = await conn.execute(SQL["pools_of_school"], asked)
            for pool in await cursor.fetchall():
                touched.pools.setdefault(Pool(*pool), recorded)
