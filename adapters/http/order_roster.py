"""What the roster of a school says of what an open order selects, when the order arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from aanspraak.domain.roster.decide import VOCATIONAL
from adapters.http.order_persons import NamedSchools
from adapters.postgres.pools import TARGETS
from adapters.postgres.roster import known, targets_known
from adapters.wire.delivery_v2 import DeliveryOrder

SELECTING: Final = ("study", "subject", "group")


@dataclass(frozen=True, kw_only=True, slots=True)
class InRoster:
    """`unknown` are places in the selection that the school does not know.

    `no_source`: the school is of a sector without an administration that can be asked, and no file
    was imported for it.
    """

    unknown: tuple[int, ...] = ()
    no_source: bool = False


async def look_up_selection(
    conn: AsyncConnection[Any], order: DeliveryOrder, schools: NamedSchools
) -> InRoster:
    """Before a roster was taken nothing is unknown: then the order waits for it."""
    kind = TARGETS.get(order.delivery_type)
    if kind is None or schools.school is None:
        return InRoster()
    roster = await known(conn, schools.school.school_id)
    if roster is None or roster.last_success_at is None:
        return InRoster(no_source=roster is not None and roster.sector == VOCATIONAL)
    if kind not in SELECTING:
        return InRoster()
    targets = await targets_known(conn, schools.school.school_id, kind)
    selection = order.delivery_specification.selection()
    return InRoster(
        unknown=tuple(place for place, (target, _) in enumerate(selection) if target not in targets)
    )
