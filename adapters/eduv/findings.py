"""What a comparison found, as facts, incidents and counts: each in one transaction, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident, ResolveIncident
from aanspraak.domain.incident.decide import LISTED_AT_MOST
from aanspraak.domain.incident.events import MENDED
from aanspraak.domain.status_codes import DELIVERY_OTHER, ENTITLEMENT_OTHER
from adapters.postgres import reconciliations as records
from adapters.postgres.group_commit import commit_group
from adapters.postgres.origins import read_created

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection

    from aanspraak.application.comparison import Difference
    from adapters.eduv.comparing import Found
    from adapters.postgres.activations import Activations
    from adapters.postgres.reconciliations import Kind
    from adapters.wire.usage_v1 import EntitlementUsage
    from projections.delivery_order_status import DeliveryOrderStatus

ACTOR: Final = "reconcile"
AT_ONCE: Final = 200
"""Uses taken over in one transaction."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is found at one partner in one run."""

    conn: AsyncConnection[Any]
    run_id: UUID
    partner: str
    kind: Kind
    activations: Activations

    async def keep(
        self, order: DeliveryOrderStatus, found: Found | None, after: UUID, at: datetime
    ) -> None:
        """Take over what we lacked, and be done with this order; None: it could not be read.

        Raises:
            PartMoved: another process went on here; nothing but uses was kept.
        """
        new = known = compared = 0
        if found is not None:
            await self._take_over(found.lacking)
            compared = found.compared
        async with self.conn.transaction():
            if found is not None and order.delivery_order_id is not None:
                about = order.delivery_order_id
                new, known = await self._differ(about, found.differences, at)
            await records.advance(
                self.conn,
                run_id=self.run_id,
                partner=self.partner,
                after=after,
                order_id=order.order_id,
                compared=compared,
                new=new,
                known=known,
                failures=int(found is None),
            )

    async def missed(self, delivery_order_id: UUID, difference: Difference, at: datetime) -> None:
        """An order that never came."""
        async with self.conn.transaction():
            new, known = await self._differ(delivery_order_id, [difference], at)
            await records.count(
                self.conn,
                "count_unknown",
                run_id=self.run_id,
                partner=self.partner,
                new=new,
                known=known,
            )

    async def _take_over(self, lacking: list[EntitlementUsage]) -> None:
        """Each use once: what the entitlement knows already is no fact."""
        for start in range(0, len(lacking), AT_ONCE):
            asks = await self._asks(lacking[start : start + AT_ONCE])
            async with self.conn.transaction():
                results = await commit_group(self.conn, asks)
                await records.count(
                    self.conn,
                    "count_activations",
                    run_id=self.run_id,
                    partner=self.partner,
                    activations=sum(bool(result.events) for result in results),
                )

    async def _asks(self, usages: list[EntitlementUsage]) -> list[Submission]:
        created = await read_created(self.conn, [usage.entitlement_id for usage in usages])
        asks = []
        for usage in usages:
            origin = created.get(usage.entitlement_id)
            command = await self.activations.reconciled(origin, usage) if origin else None
            if command is not None:
                asks.append(self._submission(usage.entitlement_id, command, f"use/{command}"))
        return asks

    async def _differ(
        self, delivery_order_id: UUID, found: list[Difference], at: datetime
    ) -> tuple[int, int]:
        """How many are new, and how many were known; one incident per kind and order.

        It closes when a comparison no longer finds anything of its kind.
        """
        new, mended = await records.keep_differences(
            self.conn, self.partner, delivery_order_id, found, at
        )
        order = ids.order_stream(delivery_order_id)
        asks = [self._incident(order, each, at) for each in _named_ones(new)]
        asks += [self._mended(order, what, at) for what in sorted(mended)]
        await commit_group(self.conn, asks)
        return len(new), len(found) - len(new)

    def _incident(self, order: UUID, difference: Difference, at: datetime) -> Submission:
        """What is new opens it, also again, and is put on its list."""
        code, concerning = self._named(order, difference.what)
        command = OpenIncident(
            party=self.partner,
            code=code,
            kind="difference-found",
            concerning=concerning,
            order=order,
            entitlement_id=difference.entitlement_id,
            grows=True,
        )
        stream = ids.incident_stream(self.partner, code, concerning)
        return self._submission(stream, command, f"{at.isoformat()}/{difference.entitlement_id}")

    def _mended(self, order: UUID, what: str, at: datetime) -> Submission:
        code, concerning = self._named(order, what)
        stream = ids.incident_stream(self.partner, code, concerning)
        return self._submission(stream, ResolveIncident(cause=MENDED), at.isoformat())

    def _named(self, order: UUID, what: str) -> tuple[int, str]:
        code = ENTITLEMENT_OTHER if self.kind == "registry" else DELIVERY_OTHER
        return code, f"{what}/{order}"

    def _submission(self, stream_id: UUID, command: object, content: str) -> Submission:
        return Submission(
            stream_id=stream_id,
            command=command,
            actor=ACTOR,
            correlation_id=f"reconcile/{self.run_id}",
            causation_id=str(uuid5(ids.HUB, f"reconcile/{stream_id}/{content}")),
        )


def _named_ones(differences: list[Difference]) -> list[Difference]:
    """As many of each kind as an incident lists."""
    seen: Counter[str] = Counter()
    named = []
    for each in differences:
        seen[each.what] += 1
        if seen[each.what] <= LISTED_AT_MOST:
            named.append(each)
    return named
