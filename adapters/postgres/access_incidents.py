"""The open incidents that go with what keeps users from a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aanspraak.domain import ids
from adapters.postgres.fetching import all_rows
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from psycopg import AsyncConnection

OF_A_WHOLE_PARTNER: Final = ("partner-unreachable", "confirmation-overdue")
"""Kinds that are about all that a partner has, whatever order it is of."""


class OpenIncident(NamedTuple):
    """An incident that somebody has to look at; of an order, or of its party as a whole."""

    incident_id: UUID
    party: str
    delivery_order_id: UUID | None


async def open_incidents(
    conn: AsyncConnection[Any], delivery_orders: Collection[UUID], partners: Collection[str]
) -> list[OpenIncident]:
    """Those about these orders, and about these partners as a whole."""
    streams = {ids.order_stream(order): order for order in delivery_orders}
    wanted = {
        "orders": list(streams),
        "partners": sorted(partners),
        "kinds": list(OF_A_WHOLE_PARTNER),
    }
    rows = await all_rows(conn, load("access_of_school")["open_incidents"], wanted)
    return [OpenIncident(found, party, streams.get(order)) for found, party, order in rows]
