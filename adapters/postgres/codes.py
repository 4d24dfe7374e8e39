"""Activation codes as orders and operators ask about them: which may be named, what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from aanspraak.domain import ids
from aanspraak.domain.code_stock.events import CodesReceived, CodesTakenOut
from aanspraak.domain.code_stock.state import CodeStock as Stock
from aanspraak.domain.code_stock.state import replay
from adapters.postgres.event_log import read_many
from adapters.postgres.queries import load
from adapters.postgres.views_rows import rows_of
from projections.code_stock import CodeStock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from adapters.postgres.vault import Vault

Fault = Literal["taken", "revoked", "unknown"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)

SQL: Final = load("codes")


class CodeDesk:
    """The stock as the log and the views know it; `pool` is in autocommit."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], vault: Vault) -> None:
        self._pool = pool
        self._vault = vault

    async def stock(self, product_id: str | None = None) -> list[CodeStock]:
        """What there is of every product, or of one, as far as the views have followed."""
        async with self._pool.connection() as conn:
            return await rows_of(CodeStock, conn, SQL["stock"], {"product_id": product_id})

    async def faults(
        self, subject_ids: Sequence[UUID], *, order: UUID, product_id: str, today: date
    ) -> dict[UUID, Fault]:
        """Why an order may not name some of these codes, as far as the policies have followed.

        "taken": it is in a live entitlement of another order; "revoked": the hub had it revoked;
        "unknown": a registry gave it for another product. Codes the hub never saw are normal.
        """
        given = {
            "ids": list(subject_ids),
            "order_id": order,
            "stock_id": ids.code_stock_stream(product_id),
            "today": today,
        }
        async with self._pool.connection() as conn:
            cursor = await conn.execute(SQL["faults"], given, prepare=False)
            return dict(await cursor.fetchall())

    async def in_live_orders(self, subject_ids: Sequence[UUID], today: date) -> set[UUID]:
        """Those of these codes that a live order names, as far as the policies have followed."""
        given = {"ids": list(subject_ids), "today": today}
        async with self._pool.connection() as conn:
            cursor = await conn.execute(SQL["in_live_orders"], given, prepare=False)
            return {subject_id for (subject_id,) in await cursor.fetchall()}

    async def state(self, stock: UUID) -> Stock:
        """A stock as its log has it."""
        return replay(await self._history(stock))

    async def taken_out(self, stock: UUID, request_id: str) -> tuple[list[str], int]:
        """The codes that went out for a request, as the registry wrote them, and what was left."""
        history = await self._history(stock)
        references = _references(history)
        for event in history:
            if isinstance(event, CodesTakenOut) and event.request_id == request_id:
                wanted = [references[one] for one in event.subject_ids]
                found = await self._vault.references(wanted)
                codes = [str(found[one]["activationCode"]) for one in wanted if one in found]
                return codes, event.left
        return [], 0

    async def _history(self, stock: UUID) -> list[Any]:
        async with self._pool.connection() as conn:
            found = await read_many(conn, [stock])
        return [recorded.event for recorded in found[stock]]


def _references(history: Sequence[Any]) -> dict[UUID, UUID]:
    """How the vault knows each code that came, as it was written."""
    references: dict[UUID, UUID] = {}
    for event in history:
        if isinstance(event, CodesReceived):
            references.update(zip(event.subject_ids, event.user_reference_ids, strict=True))
    return references
