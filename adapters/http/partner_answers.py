"""How it goes with partners: one answer for the API, the command line and the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.postgres import reads_trace
from adapters.postgres.vault import Vault
from adapters.wire import trace_v1 as wire
from projections.order_trace import Moment

Connections = AsyncConnectionPool[AsyncConnection[Any]]


async def partners_shown(
    connections: Connections, vault: Vault, moment: Moment, partner: str | None = None
) -> list[wire.PartnerTrace]:
    """How it goes with all partners; or with one, which does not hear why it was paused."""
    async with connections.connection() as conn:
        rows = await reads_trace.partners(conn, partner)
    wanted = [row.paused_reason_id for row in rows if row.paused_reason_id and partner is None]
    reasons = await vault.read_texts(wanted) if wanted else {}
    return [_shown(row, moment, reasons) for row in rows]


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
