"""How it goes with partners: one answer for the API, the command line and the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.postgres import reads_trace
from adapters.postgres.vault import Vault
from adapters.wire import trace_v1 as wire
from projections.order_trace import Moment

Connections = AsyncConnectionPool[AsyncConnection[Any]]

HOUR: Final = timedelta(hours=1)
MOST_ERRORS: Final = 10
OLDEST: Final = 10
OF_ENTITLEMENTS: Final = ("registry", "link")
"""The kinds of messages that are about an entitlement."""


async def partners_shown(
    connections: Connections, vault: Vault, moment: Moment, partner: str | None = None
) -> list[wire.PartnerTrace]:
    """How it goes with all partners; or with one, which does not hear why it was paused."""
    async with connections.connection() as conn:
        rows = await reads_trace.partners(conn, partner)
    wanted = [row.paused_reason_id for row in rows if row.paused_reason_id and partner is None]
    reasons = await vault.shown_texts(wanted) if wanted else {}
    return [_shown(row, moment, reasons) for row in rows]


async def partner_detail(
    connections: Connections,
    vault: Vault,
    moment: Moment,
    partner: str,
    ladder: Sequence[float],
) -> wire.PartnerDetail | None:
    """How it goes with one partner, for operators; None when there is none of this name."""
    async with connections.connection() as conn:
        rows = await reads_trace.partners(conn, partner)
        errors = await reads_trace.partner_errors(conn, partner, moment.now - HOUR, MOST_ERRORS)
        open_longest = await reads_trace.oldest_open(conn, partner, OLDEST)
    wanted = [row.paused_reason_id for row in rows if row.paused_reason_id]
    reasons = await vault.read_texts(wanted) if wanted else {}
    if not rows:
        return None
    return wire.PartnerDetail(
        partner=_shown(rows[0], moment, reasons),
        errors=tuple(wire.PartnerError(**each._asdict()) for each in errors),
        oldest_open=tuple(map(_open, open_longest)),
        ladder_seconds=tuple(ladder),
    )


def _open(row: reads_trace.OldestOpen) -> wire.OpenExchange:
    return wire.OpenExchange(
        entitlement_id=row.stream_id if row.kind in OF_ENTITLEMENTS else None,
        delivery_order_id=row.delivery_order_id,
        product_id=row.product_id,
        product_title=row.title,
        number=row.number,
        kind=row.kind,
        asked=row.asked,
        asked_at=row.asked_at,
        taken_at=row.taken_at,
        given_up=row.given_up,
    )


def _shown(
    row: reads_trace.PartnerTrace, moment: Moment, reasons: Mapping[UUID, str]
) -> wire.PartnerTrace:
    """How it goes with a partner; `reasons` has why operators paused some, by key."""
    fields = row._asdict()
    oldest_at, reason_id = fields.pop("oldest_at"), fields.pop("paused_reason_id")
    age = int((moment.now - oldest_at).total_seconds()) if oldest_at else None
    return wire.PartnerTrace(
        **fields,
        oldest_open_at=oldest_at,
        oldest_open_seconds=age,
        paused_reason=reasons.get(reason_id),
    )
