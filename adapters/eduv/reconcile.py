"""Comparing us with our partners: what we missed is taken over, what else differs is looked at.

A run goes order by order, a few partners at a time, and remembers for each how far it is: killed at
any moment it goes on there, and finds nothing twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import structlog

from aanspraak.application.comparison import UNKNOWN_HERE, Difference, is_missed
from aanspraak.domain import ids
from adapters.eduv.comparing import Found, their_order
from adapters.eduv.findings import Findings
from adapters.eduv.partner_reader import NoAnswer, UnknownThere
from adapters.postgres import reconciliations as records
from adapters.postgres.connection import connect
from adapters.postgres.failure import what_went_wrong
from adapters.postgres.reconciliations import Kind, PartMoved, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from adapters.eduv.comparing import Comparing
    from adapters.postgres.activations import Activations
    from adapters.postgres.directory import Directory
    from projections.delivery_order_status import DeliveryOrderStatus
    from projections.partners import Partner

PARTNERS_AT_ONCE: Final = 4
PAUSE_SECONDS: Final = 0.05
"""Between two orders, so that a partner has breath for what is urgent."""
FAILURES_IN_A_ROW: Final = 3
"""After so many a partner is left alone until the next run."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """Runs of either kind; each partner's part has a connection of its own."""

    url: str
    directory: Directory
    comparing: Comparing
    activations: Activations
    now: Callable[[], datetime]
    pause_seconds: float = PAUSE_SECONDS

    async def run(self, kind: Kind, scope: Scope) -> UUID:
        """Compare what somebody asked for; the id under which its report is."""
        run_id = uuid4()
        async with await connect(self.url, "reconcile") as conn:
            await records.begin(conn, run_id, kind, scope, self.now())
            await self._carry_out(conn, run_id, kind, scope)
        return run_id

    async def run_night(self, kind: Kind, night: date, live_on: date) -> None:
        """Compare all that is live, once a night; goes on with what was left unfinished."""
        async with await connect(self.url, "reconcile") as conn:
            run_id = await records.begin_night(conn, uuid4(), kind, night, self.now())
            if run_id is not None:
                await self._carry_out(conn, run_id, kind, Scope(live_on=live_on))

    async def _carry_out(
        self, conn: AsyncConnection[Any], run_id: UUID, kind: Kind, scope: Scope
    ) -> None:
        log.info("reconciliation.started", kind=kind, run=str(run_id))
        turns = asyncio.Semaphore(PARTNERS_AT_ONCE)
        parts = [
            self._take_part(turns, _Part(run_id=run_id, kind=kind, scope=scope, partner=partner))
            for partner in await self.directory.partners(kind)
            if scope.partner in {None, partner.partner}
        ]
        await _all_of(parts)
        await records.finish(conn, run_id, self.now())
        log.info("reconciliation.finished", kind=kind, run=str(run_id))

    async def _take_part(self, turns: asyncio.Semaphore, part: _Part) -> None:
        async with turns, await connect(self.url, "reconcile") as conn:
            at = PartAt(self, conn, part)
            after = await records.begin_part(conn, part.run_id, part.partner.partner)
            if after is None:
                return
            try:
                stopped_by = await at.orders(after) or await at.unknown_orders()
            except PartMoved:
                return  # whoever took it over finishes it
            except psycopg.Error:
                raise  # not this partner's: the run goes on later
            except Exception as error:  # noqa: BLE001 - one partner's answers must not stop the others
                stopped_by = "failed"
                fault = what_went_wrong(error)
                log.error("reconciliation.failed", partner=part.name, **fault)  # noqa: TRY400 - a text may hold a person
            await records.finish_part(
                conn, part.run_id, part.partner.partner, self.now(), stopped_by
            )


async def _all_of(parts: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All at once; what ends one ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A run at one partner."""

    run_id: UUID
    kind: Kind
    scope: Scope
    partner: Partner

    @property
    def name(self) -> str:
        """The partner's id."""
        return self.partner.partner


class PartAt:
    """A partner's part while it is carried out; its methods say why they stopped early, if so."""

    def __init__(self, reconciler: Reconciler, conn: AsyncConnection[Any], part: _Part) -> None:
        self._reconciler = reconciler
        self._conn = conn
        self._part = part
        self._failures = 0
        self._findings = Findings(
            conn=conn,
            run_id=part.run_id,
            partner=part.name,
            kind=part.kind,
            activations=reconciler.activations,
        )

    async def orders(self, after: UUID) -> str | None:
        """Compare order by order."""
        part = self._part
        while page := await records.orders_after(
            self._conn, part.kind, part.name, after, part.scope
        ):
            for order in page:
                stopped_by = await self._order(order, after)
                after = order.order_id
                if stopped_by is not None:
                    return stopped_by
                await asyncio.sleep(self._reconciler.pause_seconds)
        return None

    async def unknown_orders(self) -> str | None:
        """Look for orders that a shop has under a contract of ours and we never got."""
        part = self._part
        if part.kind != "shop":
            return None
        for contract_id in await self._contracts():
            try:
                await self._contract(contract_id)
            except UnknownThere:
                continue
            except NoAnswer as failure:
                return failure.code
        return await self._order_asked_for()

    async def _order(self, order: DeliveryOrderStatus, after: UUID) -> str | None:
        """Compare one; it is done when what came of it is committed."""
        at = self._reconciler.now()
        reason = None
        found = None
        try:
            found = await self._compare(order, at)
            self._failures = 0
        except NoAnswer as failure:
            reason = failure.code
            self._failures += 1
        await self._findings.keep(order, found, after, at)
        lasting = reason == "no_address" or self._failures >= FAILURES_IN_A_ROW
        return reason if lasting else None

    async def _compare(self, order: DeliveryOrderStatus, at: datetime) -> Found:
        comparing, partner = self._reconciler.comparing, self._part.partner
        if self._part.kind == "shop":
            return await comparing.at_shop(partner, order, at)
        return await comparing.at_registry(self._conn, partner, order, at)

    async def _contracts(self) -> list[str]:
        """A single order is compared alone."""
        scope = self._part.scope
        if scope.delivery_order_id is not None:
            return []
        found = await records.contracts(self._conn, self._part.name, scope)
        return found or ([scope.contract_id] if scope.contract_id else [])

    async def _contract(self, contract_id: str) -> None:
        client = self._reconciler.comparing.client
        missed = [
            order.delivery_order_id
            async for order in client.delivery_orders(self._part.partner, contract_id)
            if is_missed(their_order(order))
        ]
        await self._missed(missed)

    async def _order_asked_for(self) -> str | None:
        """An order that somebody named and that we do not have may be at the shop they named."""
        wanted, scope = self._part.scope.delivery_order_id, self._part.scope
        if wanted is None or scope.partner is None:
            return None
        if await records.known_orders(self._conn, [ids.order_stream(wanted)]):
            return None
        try:
            client = self._reconciler.comparing.client
            order = await client.delivery_order(self._part.partner, wanted)
        except UnknownThere:
            return None
        except NoAnswer as failure:
            return failure.code
        await self._missed([wanted] if is_missed(their_order(order)) else [])
        return None

    async def _missed(self, delivery_order_ids: list[UUID]) -> None:
        by_stream = {ids.order_stream(each): each for each in delivery_order_ids}
        known = await records.known_orders(self._conn, list(by_stream))
        for stream, delivery_order_id in by_stream.items():
            if stream not in known:
                difference = Difference(what=UNKNOWN_HERE)
                at = self._reconciler.now()
                await self._findings.missed(delivery_order_id, difference, at)
