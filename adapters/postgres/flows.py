"""The flow to each partner: what stands in its way, and which gateway serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

from aanspraak.application.reachability import Reachability
from adapters.postgres.channel import SQL

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowRow:
    """What stands in a partner's way.

    `heard` is: it called us while it was unreachable. An operator's pause has the key of a reason
    in the vault, and without `paused_until` it lasts until somebody resumes. `seek_to` is the
    moment from which on its lanes are to be looked at again. `waiting_since` is when the oldest
    message in them was recorded, as of the last minute in which a gateway served the partner.
    """

    partner: str
    unreachable_since: datetime | None = None
    rung: int = 0
    next_rung_at: datetime | None = None
    next_try_at: datetime | None = None
    held_until: datetime | None = None
    deaf_until: datetime | None = None
    heard: bool = False
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    paused_reason_id: UUID | None = None
    seek_to: datetime | None = None
    waiting_since: datetime | None = None

    @property
    def reachability(self) -> Reachability:
        """What the gateway knew; which messages failed is forgotten when it stops."""
        return Reachability(
            unreachable_since=self.unreachable_since,
            rung=self.rung,
            next_rung_at=self.next_rung_at,
            next_try_at=self.next_try_at,
            held_until=self.held_until,
            deaf_until=self.deaf_until,
        )

    def is_paused(self, now: datetime) -> bool:
        """Whether an operator holds it."""
        if self.paused_at is None:
            return False
        return self.paused_until is None or now < self.paused_until


async def read_flow(conn: AsyncConnection[Any], partner: str) -> FlowRow:
    """What stands in the way of one partner's flow."""
    rows = await _flows(conn, partner)
    return rows[0] if rows else FlowRow(partner=partner)


async def read_flows(conn: AsyncConnection[Any]) -> list[FlowRow]:
    """The flows in whose way anything stands or stood."""
    return await _flows(conn, None)


async def save_reachability(
    conn: AsyncConnection[Any], partner: str, reachability: Reachability
) -> None:
    """Write what the gateway knows of the way to a partner."""
    row = {
        "partner": partner,
        "unreachable_since": reachability.unreachable_since,
        "rung": reachability.rung,
        "next_rung_at": reachability.next_rung_at,
        "next_try_at": reachability.next_try_at,
        "held_until": reachability.held_until,
        "deaf_until": reachability.deaf_until,
    }
    await conn.execute(SQL["save_reachability"], row)


async def alive(conn: AsyncConnection[Any], partner: str) -> bool:
    """The partner called us: if it counted as unreachable, its gateway is told, once.

    Returns whether there was something to tell. If not it was one look by primary key, so it may be
    called with every request.
    """
    return (await conn.execute(SQL["alive"], (partner,))).rowcount > 0


async def pause(
    conn: AsyncConnection[Any],
    partner: str,
    now: datetime,
    *,
    until: datetime | None = None,
    reason_id: UUID | None = None,
) -> None:
    """Send nothing to a partner until a moment, or until `resume`."""
    row = {"partner": partner, "now": now, "until": until, "reason_id": reason_id}
    await conn.execute(SQL["pause"], row)
    await conn.execute(SQL["wake"], {"partners": [partner]})


async def resume(conn: AsyncConnection[Any], partner: str) -> None:
    """Send again now, whether an operator had paused the flow or the partner was unreachable."""
    await conn.execute(SQL["resume"], (partner,))
    await conn.execute(SQL["wake"], {"partners": [partner]})


async def seek(conn: AsyncConnection[Any], partner: str, moment: datetime) -> None:
    """Have all messages since a moment looked at again: those without an outcome go."""
    await conn.execute(SQL["seek"], {"partner": partner, "moment": moment})
    await conn.execute(SQL["wake"], {"partners": [partner]})


async def sought(conn: AsyncConnection[Any], partner: str, moment: datetime) -> None:
    """They are being looked at from that moment on."""
    await conn.execute(SQL["sought"], {"partner": partner, "moment": moment})


async def waits(conn: AsyncConnection[Any], partner: str, since: datetime | None) -> None:
    """Since when the oldest message to a partner waits; None: nothing does."""
    await conn.execute(SQL["waits"], {"partner": partner, "since": since})


async def join_gateways(conn: AsyncConnection[Any]) -> None:
    """Be one of the gateways, as long as the connection lives."""
    await conn.execute(SQL["join_gateways"])


async def count_gateways(conn: AsyncConnection[Any]) -> int:
    """How many gateways there are."""
    return int(await _scalar(conn, "count_gateways"))


async def lease(conn: AsyncConnection[Any], partner: str) -> bool:
    """Become the one gateway that serves a partner; whether that worked."""
    return bool(await _scalar(conn, "lease", partner))


async def end_lease(conn: AsyncConnection[Any], partner: str) -> None:
    """Leave a partner to another gateway."""
    await conn.execute(SQL["end_lease"], (partner,))


async def _flows(conn: AsyncConnection[Any], partner: str | None) -> list[FlowRow]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(SQL["flows"], {"partner": partner})
        names = [column.name for column in cursor.description or ()]
        rows = await cursor.fetchall()
    return [FlowRow(**dict(zip(names, row, strict=True))) for row in rows]


async def _scalar(conn: AsyncConnection[Any], query: str, *parameters: object) -> Any:  # noqa: ANN401 - a column has no type
    row = await (await conn.execute(SQL[query], parameters)).fetchone()
    return row[0] if row else None
