"""Runs that compare us with our partners: how far they are, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

import msgspec

from aanspraak.domain import ids
from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from projections.delivery_order_status import DeliveryOrderStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from aanspraak.application.comparison import Difference

Kind = Literal["registry", "shop"]
SQL: Final = load("reconcile")
ORDERS_AT_ONCE: Final = 50
NO_ENTITLEMENT: Final = UUID(int=0)
"""In the place of an entitlement: the order itself."""


class PartMoved(Exception):
    """Another process went on with this partner's part of the run."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a run is about; empty: every order that is live at night."""

    delivery_order_id: UUID | None = None
    contract_id: str | None = None
    since: datetime | None = None
    partner: str | None = None
    live_on: date | None = None

    def values(self) -> dict[str, object]:
        """As the queries have it."""
        order = self.delivery_order_id
        return {
            "order_id": ids.order_stream(order) if order else None,
            "contract_id": self.contract_id,
            "since": self.since,
            "live_on": self.live_on,
        }


async def begin(
    conn: AsyncConnection[Any], run_id: UUID, kind: Kind, scope: Scope, at: datetime
) -> None:
    """Begin a run that somebody asked for."""
    await conn.execute(SQL["begin"], _beginning(run_id, kind, scope, None, at))


async def begin_night(
    conn: AsyncConnection[Any], run_id: UUID, kind: Kind, night: date, at: datetime
) -> UUID | None:
    """The run of this night: a new one under this id, or the one there is; None: it is done."""
    await conn.execute(SQL["begin"], _beginning(run_id, kind, Scope(), night, at))
    cursor = await conn.execute(SQL["of_night"], {"kind": kind, "night": night})
    row = await cursor.fetchone()
    return row[0] if row and row[1] is None else None


async def finish(conn: AsyncConnection[Any], run_id: UUID, at: datetime) -> None:
    """Every partner's part is done."""
    await conn.execute(SQL["finish"], {"run_id": run_id, "at": at})


async def begin_part(conn: AsyncConnection[Any], run_id: UUID, partner: str) -> UUID | None:
    """After which order a partner's part goes on; None: it is done."""
    values = {"run_id": run_id, "partner": partner}
    await conn.execute(SQL["begin_part"], values)
    row = await (await conn.execute(SQL["part"], values)).fetchone()
    return row[0] if row and row[1] is None else None


async def finish_part(
    conn: AsyncConnection[Any], run_id: UUID, partner: str, at: datetime, stopped_by: str | None
) -> None:
    """Nothing is left to compare, or the partner answered no more."""
    values = {"run_id": run_id, "partner": partner, "at": at, "stopped_by": stopped_by}
    await conn.execute(SQL["finish_part"], values)


async def count(conn: AsyncConnection[Any], query: str, **values: object) -> None:
    """Add to the counts of a part (`count_activations`, `count_unknown`)."""
    await conn.execute(SQL[query], values)


async def advance(conn: AsyncConnection[Any], **values: object) -> None:
    """An order is done; in the transaction of what came of it.

    Raises:
        PartMoved: it is not where it was.
    """
    if (await conn.execute(SQL["advance"], values)).rowcount != 1:
        raise PartMoved


async def clear(conn: AsyncConnection[Any], before: datetime) -> None:
    """Drop what was found and read before a moment: it can be read again, and facts stay facts."""
    for query in ("clear_runs", "clear_reads", "clear_uses", "clear_differences"):
        await conn.execute(SQL[query], {"before": before})


async def orders_compared(conn: AsyncConnection[Any], night: date) -> int:
    """How many orders were compared in a night so far, at registries and shops."""
    row = await (await conn.execute(SQL["orders_compared"], (night,))).fetchone()
    return int(row[0]) if row else 0


async def orders_after(
    conn: AsyncConnection[Any], kind: Kind, partner: str, after: UUID, scope: Scope
) -> list[DeliveryOrderStatus]:
    """The next orders to compare, in the order of their streams."""
    values = {**scope.values(), "kind": kind, "partner": partner, "after": after}
    page = {**values, "limit": ORDERS_AT_ONCE}
    return await rows_of(DeliveryOrderStatus, conn, SQL["orders"], page)


async def contracts(conn: AsyncConnection[Any], shop: str, scope: Scope) -> list[str]:
    """Under which contracts this shop's orders are."""
    cursor = await conn.execute(SQL["contracts"], {**scope.values(), "partner": shop})
    return [row[0] for row in await cursor.fetchall()]


async def known_orders(conn: AsyncConnection[Any], order_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these orders (by their streams) were ever sent to us."""
    cursor = await conn.execute(SQL["known_orders"], {"order_ids": list(order_ids)})
    return {row[0] for row in await cursor.fetchall()}


async def keep_differences(
    conn: AsyncConnection[Any],
    partner: str,
    delivery_order_id: UUID,
    found: Sequence[Difference],
    at: datetime,
) -> tuple[list[Difference], set[str]]:
    """Keep what differs of an order, and no more than that.

    Gives what is new, and of which kinds there is nothing left.
    """
    order = {"partner": partner, "delivery_order_id": delivery_order_id, "at": at}
    cursor = await conn.execute(SQL["differences_of_order"], order)
    known: set[tuple[str, UUID]] = set(await cursor.fetchall())
    if found:
        columns = {
            "entitlement_id": [_about(each) for each in found],
            "what": [each.what for each in found],
            "ours": [each.ours for each in found],
            "theirs": [each.theirs for each in found],
        }
        await conn.execute(SQL["put_differences"], {**order, **columns})
    await conn.execute(SQL["forget_differences"], order)
    new = [each for each in found if (each.what, _about(each)) not in known]
    return new, {what for what, _ in known} - {each.what for each in found}


def _about(difference: Difference) -> UUID:
    return difference.entitlement_id or NO_ENTITLEMENT


def _beginning(
    run_id: UUID, kind: Kind, scope: Scope, night: date | None, at: datetime
) -> dict[str, object]:
    given = {name: value for name, value in vars(scope).items() if value is not None}
    text = msgspec.json.encode(given).decode()
    return {"run_id": run_id, "kind": kind, "scope": text, "night": night, "at": at}
